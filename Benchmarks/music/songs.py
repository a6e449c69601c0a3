"""Measures songs, two at a time, and keeps what it found beside them."""

import hashlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache, partial
from itertools import islice
from pathlib import Path

import numpy as np

import plan as plans
from defects import clicks, correlation, end_level, low_correlation, offset, silent_share
from form import contrast, returns
from judges import KEY_SCORES, PROFILES, key_agreement, key_name, keys, tempo, tempo_agreement
from listening import Listening
from loudness import loudness, true_peak
from plan import Plan
from program import Rendering
from styles import features
from variety import Notes, describe

NEAR_JOIN = 0.02
Song = dict  # what is known of one song: style, seed, and a dictionary for each measurement


def measure_tempo(listening: Listening, plan: Plan) -> dict:
    heard = tempo(listening)
    agreement = tempo_agreement(heard, plan)
    agrees = agreement in ("strict", "octave") or (agreement == "related" and plan.compound)
    return {"planned": plan.bpm(), "heard": heard, "agreement": agreement, "agrees": agrees}


def measure_key(listening: Listening, plan: Plan) -> dict:
    heard = keys(listening)
    agreement = {name: key_agreement(key, plan.key) for name, key in heard.items()}
    agrees = {name: agreement[name] in ("exact", "relative", "fifth") for name in (*PROFILES, "both")}
    return {
        "planned": plan.key, "heard": key_name(heard["both"]), "agreement": agreement["both"], "agrees": agrees.pop("both"),
        "by_profile": agrees, "score": KEY_SCORES[agreement["both"]],
    }


def measure_loudness(listening: Listening, plan: Plan) -> dict:
    integrated, loudness_range = loudness(listening.sound, listening.rate)
    return {"integrated": integrated, "range": loudness_range, "peak": true_peak(listening.sound, listening.rate)}


def measure_defects(listening: Listening, plan: Plan) -> dict:
    sound, rate = listening.sound, listening.rate
    strokes = np.array([plan.seconds(note.start) for part in plan.parts if part.drums for note in part.notes])
    jumps = [] if plan.crackles else clicks(sound, rate, strokes)
    joins = [plan.seconds(section.start) for section in plan.sections[1:]]
    return {
        "offset": offset(sound), "silence": silent_share(sound, rate, *plan.body()), "clicks": jumps,
        "at_joins": sum(any(abs(jump - join) < NEAR_JOIN for join in joins) for jump in jumps), "end": end_level(sound, rate),
        "correlation": correlation(sound), "low_correlation": low_correlation(sound, rate),
    }


def measure_contrast(listening: Listening, plan: Plan) -> dict | None:
    found = contrast(listening, plan)
    return {"level": found[0], "centroid": found[1]} if found else None


def measure_returns(listening: Listening, plan: Plan) -> dict | None:
    found = returns(listening, plan)
    return {"alike": found[0], "apart": found[1]} if found else None


def measure_styles(listening: Listening, plan: Plan) -> dict:
    return {"features": features(listening, tempo(listening))}


MEASUREMENTS: dict[str, Callable[[Listening, Plan], dict | None]] = {
    "tempo": measure_tempo, "key": measure_key, "loudness": measure_loudness, "defects": measure_defects, "contrast": measure_contrast,
    "returns": measure_returns, "styles": measure_styles,
}


@cache
def version() -> str:
    """Changes with the code that measures, so that nothing stale is reported."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")) if path.stem not in ("run", "aims", "report"))
    return hashlib.sha256(code).hexdigest()[:12]


def read_plan(song: Rendering) -> Plan:
    return plans.read(song.score, song.midi, song.printed.read_text(encoding="utf-8"))


def _findings(song: Rendering) -> Path:
    return song.file(f".measured-{version()}")


def _known(song: Rendering) -> Song:
    return json.loads(_findings(song).read_text()) if _findings(song).exists() else {"cpu": 0.0}


def measure(song: Rendering, wanted: list[str]) -> Song:
    """Measures what is wanted and not yet known."""
    found = _known(song)
    missing = [name for name in wanted if name not in found]
    if missing:
        plan, listening, began = read_plan(song), Listening(song.audio), time.process_time()
        for name in missing:
            found[name] = MEASUREMENTS[name](listening, plan)
        found["cpu"] += time.process_time() - began
        _findings(song).write_text(json.dumps(found))
    return {"style": song.style.id, "seed": song.seed, "range_aim": song.style.range, **found}


def measure_all(songs: list[Rendering], wanted: list[str]) -> list[Song]:
    with_news = (song for song in songs if not set(wanted) <= _known(song).keys())
    # The first one alone, before the two: what librosa has numba compile must not be compiled by two processes at once. They would
    # mix up their halves of numba's cache, and crash then and ever after (numba/numba#10128).
    for song in islice(with_news, 1):
        measure(song, wanted)
    with ProcessPoolExecutor(max_workers=2) as pool:
        return list(pool.map(partial(measure, wanted=wanted), songs, chunksize=2))


def notes(song: Rendering) -> Notes:
    file = song.file(f".notes-{version()}")
    if not file.exists():
        file.write_text(json.dumps(asdict(describe(read_plan(song)))))
    return Notes(**json.loads(file.read_text()))
