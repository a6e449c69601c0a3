#!/usr/bin/env bash
# Builds the program in release: .build/release/continuo. Says what it does, since a first build takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
program=.build/release/continuo
# SwiftPM plans for many seconds before it finds nothing to do. Folders count too: a deleted file changes its folder.
if [ -x $program ] && [ -z "$(find Package.swift Sources -newer $program -print -quit)" ]; then exit 0; fi
[ -x $program ] || echo "building Continuo: the first time takes 5 to 15 minutes on two cores" >&2
swift build -c release --product continuo "$@" 2>&1 | grep -vE "^warning: .*(unhandled|prohibited)|CMakeLists.txt$|^$" >&2
touch $program
