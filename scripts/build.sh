#!/usr/bin/env bash
# Builds the program in release: .build/release/continuo. Says what it does, since a first build takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .build/release/continuo ] || echo "building Continuo: the first time takes 5 to 15 minutes on two cores" >&2
swift build -c release --product continuo "$@" 2>&1 | grep -vE "^warning: .*(unhandled|prohibited)|^$" >&2
