#!/usr/bin/env bash
# Installs what the benchmark of accounts and storage needs and is missing (wrk, nginx), then runs it.
# usage: Benchmarks/services.sh CONTINUO_BINARY
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
command -v wrk >/dev/null || missing+=(wrk)
[ -x /usr/sbin/nginx ] || missing+=(nginx-light)
if [ ${#missing[@]} -gt 0 ]; then
    as_root=
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${missing[*]}"
    $as_root $install >/dev/null 2>&1 || { $as_root apt-get update -qq && $as_root $install >/dev/null; } ||
        { echo "services: run once as root: apt-get install ${missing[*]}" >&2; exit 1; }
fi
exec python3 Benchmarks/services.py "$1"
