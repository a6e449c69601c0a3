#!/usr/bin/env bash
# Measures what docs/performance.md reports, side by side in one run. Absolute times mean little on shared machines: look at the ratios.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 Benchmarks/speed.py .build/release/continuo
.venv/bin/python Benchmarks/music/run.py .build/release/continuo --work .build/music
python3 Benchmarks/bench.py .build/release/continuo
Benchmarks/data_api.sh .build/release/continuo
Benchmarks/services.sh .build/release/continuo
