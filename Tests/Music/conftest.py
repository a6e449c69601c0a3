"""Songs of the real program, measured as Benchmarks/music does. CONTINUO_BINARY names the program (default: .build/release/continuo)."""

import os
import pathlib

# As in Benchmarks/music/run.py, and before the libraries are loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import pytest
from program import Program
from songs import MEASUREMENTS, Song, measure_all

ROOT = pathlib.Path(__file__).resolve().parents[2]
# One of each family: club, breakbeat, hip-hop, two bands, jazz, and two calm ones.
STYLES = ["house", "drum and bass", "boom bap", "pop", "rock", "jazz", "piano ballad", "ambient"]
SEEDS, DURATION = (1, 2), 60


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> list[Song]:
    binary = pathlib.Path(os.environ.get("CONTINUO_BINARY", ROOT / ".build/release/continuo"))
    program = Program(binary, tmp_path_factory.mktemp("songs"))
    renderings = [song for style in program.styles(STYLES) for song in program.render(style, SEEDS, DURATION)]
    return measure_all(renderings, list(MEASUREMENTS))
