#!/usr/bin/env bash
# Measures what docs/performance.md reports, side by side in one run. Absolute times mean little on shared machines: look at the ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 Benchmarks/bench.py .build/release/continuo
