#!/usr/bin/env bash
# All tests: lint, Swift (against a real private PostgreSQL), then supabase's client, independent ears
# (librosa) and a real browser against the program.
# One build, in release: sound is computed in tests too, and what is tested is what runs.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

step "lint"
scripts/lint.sh

step "build"
swift build -c release --build-tests 2>&1 | grep -vE "^warning: .*(unhandled|prohibited)|^\[[0-9]+/[0-9]+\]|^$" || true
swift build -c release --build-tests >/dev/null 2>&1

# Apart, because computing music keeps both cores busy, and servers under test are waited for by the clock.
music='AbletonTests|AudioTests|ComposerTests|MusicTests|SynthesisTests'
step "Swift tests: music"
swift test -c release --skip-build --filter "$music" "$@"

step "Swift tests: services"
swift test -c release --skip-build --experimental-maximum-parallelization-width 4 --skip "$music" "$@"

step "client tests"
CONTINUO_BINARY=$PWD/.build/release/continuo .venv/bin/python -m pytest -c Tests/Clients/pytest.ini --rootdir Tests/Clients Tests/Clients

step "music tests"
CONTINUO_BINARY=$PWD/.build/release/continuo .venv/bin/python -m pytest -c Tests/Music/pytest.ini --rootdir Tests/Music Tests/Music

step "browser tests"
CONTINUO_BINARY=$PWD/.build/release/continuo .venv/bin/python -m pytest -c Tests/Browser/pytest.ini --rootdir Tests/Browser Tests/Browser
