"""Whether a listener hears the form: choruses stand out from verses, and a chorus comes back as itself."""

from itertools import combinations, product

import librosa
import numpy as np

from listening import CHROMA_HOP, SPECTRUM_HOP, RATE, Listening
from loudness import decibels
from plan import Plan, Section


def contrast(listening: Listening, plan: Plan) -> tuple[float, float] | None:
    """How much choruses exceed verses in level (dB) and spectral centroid (Hz). None where the form lacks either."""
    choruses, verses = plan.of_kind("chorus"), plan.of_kind("verse")
    if not choruses or not verses:
        return None
    centroids = librosa.feature.spectral_centroid(S=listening.spectrum, sr=RATE)[0]
    (loud, bright), (soft, dark) = (_level_and_centroid(listening, plan, part, centroids) for part in (choruses, verses))
    return loud - soft, bright - dark


def _level_and_centroid(listening: Listening, plan: Plan, sections: list[Section], centroids: np.ndarray) -> tuple[float, float]:
    power, brightness = [], []
    energy = np.square(listening.spectrum).sum(axis=0)
    for section in sections:
        start, end = plan.seconds(section.start), plan.seconds(section.start + section.length)
        power.append(np.square(listening.sound[int(start * listening.rate) : int(end * listening.rate)]).mean(axis=1))
        frames = slice(int(start / SPECTRUM_HOP), int(end / SPECTRUM_HOP))
        # Between notes the centroid is that of a tail or of dither: such frames are left out.
        brightness.append(centroids[frames][energy[frames] > 1e-4 * energy.max()])
    return float(decibels(np.concatenate(power).mean())), float(np.concatenate(brightness).mean())


def returns(listening: Listening, plan: Plan) -> tuple[float, float] | None:
    """How alike the harmony of two choruses is, and that of a verse and a chorus, beat by beat from their beginnings: mean
    correlation of beat-synchronous chroma, −1 to 1 (after Foote 1999). None where no chorus returns or there is no verse."""
    choruses, verses = ([_beats(listening, plan, section) for section in plan.of_kind(kind)] for kind in ("chorus", "verse"))
    choruses, verses = ([beats for beats in group if beats is not None] for group in (choruses, verses))
    if len(choruses) < 2 or not verses:
        return None
    alike = [_likeness(one, other) for one, other in combinations(choruses, 2)]
    apart = [_likeness(one, other) for one, other in product(verses, choruses)]
    return float(np.mean(alike)), float(np.mean(apart))


def _beats(listening: Listening, plan: Plan, section: Section) -> np.ndarray | None:
    """The planned beats' mean chroma, (beats, 12), each centred and of unit length."""
    edges = [int(plan.seconds(section.start + beat) / CHROMA_HOP) for beat in range(int(section.length) + 1)]
    rows = [listening.chroma[:, start:end].mean(axis=1) for start, end in zip(edges, edges[1:]) if start < end <= listening.chroma.shape[1]]
    if not rows:
        return None
    # A chorus that comes back a step higher is still the same chorus.
    table = np.roll(np.array(rows) - np.mean(rows, axis=1, keepdims=True), -section.lift, axis=1)
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other))
    return float(np.sum(one[:length] * other[:length], axis=1).mean())
