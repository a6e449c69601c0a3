"""How fast songs are made: every style, three minutes from prompt to mastered FLAC with its waveform's peaks, stage by stage, beside the
fluidsynth program rendering the same song's MIDI file. The two take turns, so that what else the machine does hits both.

    python3 Benchmarks/speed.py .build/release/continuo [--styles house,jazz] [--json FILE]
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

SECONDS = 180
SOUNDFONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
STAGES = ("composing", "playing", "mastering", "writing", "peaks", "encoding")


def run(command):
    """Wall and processor seconds, and the largest resident memory in MB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed with {status}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(program, style, work):
    flac, midi, timings = work / "song.flac", work / "song.mid", work / "timings.json"
    wall, processor, memory = run(
        [program, "generate", style["words"][0], "--duration", str(SECONDS), "--seed", "1", "-q", "-o", str(flac), "--midi", str(midi),
         "--timings", str(timings)])
    row = {"style": style["id"], "wall": wall, "processor": processor, "memory": memory, "stages": json.loads(timings.read_text())}
    if shutil.which("fluidsynth"):
        row["fluidsynth"] = run(["fluidsynth", "-ni", "-q", "-r", "44100", "-F", str(work / "theirs.wav"), SOUNDFONT, str(midi)])[1]
    return row


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def table(rows):
    print(f"| style | × real time | processor s | ÷ fluidsynth | MB | {' | '.join(STAGES)} |")
    print("|---|--:|--:|--:|--:|" + "--:|" * len(STAGES))
    for row in [*rows, None]:
        group = [row] if row else rows
        stages = " | ".join(f"{mean(r['stages'].get(stage, 0) for r in group):.2f}" for stage in STAGES)
        ratio = mean(r["processor"] / r["fluidsynth"] for r in group if "fluidsynth" in r)
        memory = max(r["memory"] for r in group)
        print(f"| {row['style'] if row else '**mean** (memory: most)'} | {mean(SECONDS / r['wall'] for r in group):.1f} | "
              f"{mean(r['processor'] for r in group):.2f} | {ratio:.2f} | {memory:.0f} | {stages} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--styles", default="")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    styles = json.loads(subprocess.run([options.binary, "styles", "--json"], check=True, capture_output=True, text=True).stdout)
    wanted = set(filter(None, options.styles.split(",")))
    with tempfile.TemporaryDirectory(prefix="continuo-speed-") as name:
        rows = [measure(options.binary, style, pathlib.Path(name)) for style in styles if not wanted or style["id"] in wanted]
    print(f"Songs of {SECONDS} s, prompt to mastered WAV, FLAC and peaks, on {os.cpu_count()} cores; seconds for each stage\n")
    table(rows)
    if options.json:
        options.json.write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
