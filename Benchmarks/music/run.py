"""Measures the music that a build of continuo makes: python Benchmarks/music/run.py BINARY [--styles house,jazz] …"""

import os

# Two processes measure at a time; libraries that start threads of their own would make them more. Set before they are loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import sys
from pathlib import Path

from aims import Table, table, variety_table
from program import Program, Rendering, Style
from report import TITLES, as_json, markdown
from songs import MEASUREMENTS, Song, measure_all, notes


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--styles", default="", help="comma-separated ids, names or words; without it, all that the program lists")
    parser.add_argument("--seeds", type=int, default=5, help="songs per style (5)")
    parser.add_argument("--variety-seeds", type=int, default=40, help="songs per style whose notes are compared (40)")
    parser.add_argument("--duration", type=float, default=90, help="seconds per song (90)")
    parser.add_argument("--work", type=Path, default=Path("/tmp/continuo-music"), help="where songs are kept between runs")
    parser.add_argument("--only", default=",".join(TITLES), help=f"some of {','.join(TITLES)}")
    parser.add_argument("--json", type=Path, help="also write every number to this file")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when an aim is missed")
    options = parser.parse_args()
    unknown = set(options.only.split(",")) - set(TITLES)
    if unknown:
        parser.error(f"--only does not know {', '.join(sorted(unknown))}")
    return options


def hear(program: Program, styles: list[Style], options: argparse.Namespace, wanted: list[str]) -> list[Song]:
    renderings: list[Rendering] = []
    for style in styles:
        print(f"rendering {style.id}", file=sys.stderr)
        renderings += program.render(style, range(1, options.seeds + 1), options.duration)
    print(f"measuring {len(renderings)} songs", file=sys.stderr)
    return measure_all(renderings, wanted)


def variety(program: Program, styles: list[Style], options: argparse.Namespace) -> Table:
    found = {}
    for style in styles:
        print(f"comparing {style.id}", file=sys.stderr)
        found[style.id] = [notes(song) for song in program.render(style, range(1, options.variety_seeds + 1), options.duration, False)]
    return variety_table(found)


def main() -> int:
    options = arguments()
    chosen = options.only.split(",")
    program = Program(options.binary, options.work)
    styles = program.styles([word.strip() for word in options.styles.split(",") if word.strip()])
    audible = [name for name in MEASUREMENTS if name in chosen]
    songs = hear(program, styles, options, audible) if audible else []
    tables = [table(name, songs) for name in audible]
    if "variety" in chosen:
        tables.append(variety(program, styles, options))
    seeds = options.seeds if audible else options.variety_seeds
    about = f"{len(styles)} styles, {seeds} seeds each, {options.duration:g} s a song, build {program.folder.name}."
    if audible and "variety" in chosen:
        about += f" Variety: {options.variety_seeds} seeds each."
    print(markdown(tables, about), end="")
    if options.json:
        options.json.write_text(json.dumps(as_json(tables, songs, about), indent=1, ensure_ascii=False) + "\n")
    return int(options.strict and not all(aim.held for item in tables for aim in item.aims()))


if __name__ == "__main__":
    sys.exit(main())
