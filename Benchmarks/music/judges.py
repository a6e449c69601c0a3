"""Tempo and key, heard by a judge who knows nothing of the plan, and compared with it."""

import librosa
import numpy as np

from listening import HOP, RATE, Listening
from plan import Plan, parse_key

TOLERANCE = 0.04
# Key profiles, tonic first: Krumhansl & Kessler 1982 (probe tones heard by listeners), Albrecht & Shanahan 2013 (counted in 490 scores).
PROFILES = {
    "krumhansl": (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    "albrecht": (
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ),
}
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
KEY_SCORES = {"exact": 1.0, "fifth": 0.5, "relative": 0.3, "parallel": 0.2, "other": 0.0}


def tempo(listening: Listening) -> float:
    """librosa's beat tracker as its manual shows it (Ellis 2007), with its usual prior: log-normal around 120, an octave wide."""
    found, _ = librosa.beat.beat_track(onset_envelope=listening.onsets, sr=RATE, hop_length=HOP)
    return float(np.atleast_1d(found)[0])


def tempo_agreement(heard: float, plan: Plan) -> str:
    """Gouyon et al. 2006: within 4 %, outright ("strict"), an octave away ("octave"), or by another level of the meter ("related")."""
    def is_near(factor: float) -> bool:
        return abs(heard / (plan.bpm() * factor) - 1) <= TOLERANCE

    if is_near(1):
        return "strict"
    if is_near(2) or is_near(1 / 2):
        return "octave"
    return "related" if any(is_near(factor) for factor in (3, 1 / 3, 3 / 2, 2 / 3)) else "other"


def key_scores(chroma: np.ndarray, profile: str) -> np.ndarray:
    """Correlation with each of the 24 keys: 12 major ones from C up, then 12 minor ones (Krumhansl & Schmuckler)."""
    heard = chroma.mean(axis=1)
    keys = [np.roll(shape, tonic) for shape in PROFILES[profile] for tonic in range(12)]
    return np.array([np.corrcoef(heard, key)[0, 1] for key in keys]) if heard.std() > 0 else np.zeros(24)


def keys(listening: Listening) -> dict[str, tuple[int, bool]]:
    """The key by each profile, and by both together: that one is the verdict."""
    scores = {name: key_scores(listening.chroma, name) for name in PROFILES}
    scores["both"] = sum(scores.values())
    return {name: (int(np.argmax(values)) % 12, bool(np.argmax(values) >= 12)) for name, values in scores.items()}


def key_name(key: tuple[int, bool]) -> str:
    return f"{NAMES[key[0]]} {'minor' if key[1] else 'major'}"


def key_agreement(heard: tuple[int, bool], planned: str) -> str:
    tonic, minor, _ = parse_key(planned)
    distance = (heard[0] - tonic) % 12
    if heard[1] == minor:
        return "exact" if distance == 0 else "fifth" if distance in (5, 7) else "other"
    relative = 3 if minor else 9
    return "relative" if distance == relative else "parallel" if distance == 0 else "other"
