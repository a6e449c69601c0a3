#!/usr/bin/env bash
# The rules that a compiler does not know: layout, file length, words that need a proof, shell scripts.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=false
complain() { echo "lint: $*" >&2; failed=true; }

swift format lint --strict --recursive --parallel Package.swift Sources Tests || complain "run \`make format\`"

while read -r lines file; do
    # A long file opens with a sentence on why it is long.
    if [ "$lines" -gt 400 ] && ! head -3 "$file" | grep -q 'Long on purpose'; then complain "$file has $lines lines: split it by idea"; fi
done < <(git ls-files -co --exclude-standard '*.swift' '*.js' '*.css' '*.sql' | xargs wc -l | awk '$2 != "total"')

words='try!|as!|fatalError\(|Task\.detached|@unchecked Sendable|nonisolated\(unsafe\)'
while IFS=: read -r file line _; do
    sed -n "$((line > 4 ? line - 4 : 1)),${line}p" "$file" | grep -q '//' || complain "$file:$line needs a comment with its proof, or another way"
done < <(git grep -nE --untracked "$words" -- 'Sources/*.swift' || true)

grep -rnE '@testable' Tests >/dev/null 2>&1 && complain "tests import modules as everybody does: package access, not @testable"
! $failed
