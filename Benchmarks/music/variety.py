"""How much songs of one style differ from seed to seed, by their notes alone."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from plan import Part, Plan, parse_key

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11), "ionian": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10), "phrygian": (0, 1, 3, 5, 7, 8, 10), "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10), "locrian": (0, 1, 3, 5, 6, 8, 10), "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
}
SOUND_EFFECTS = 112  # General MIDI programs from here on have no pitch that matters.


@dataclass(frozen=True)
class Notes:
    """What of a song is compared."""

    melody: list[list[int]]  # its different runs of four intervals
    progression: list[str]  # one chord or bass note a bar of the first chorus (or, without one, the first verse), from the tonic
    form: list[str]
    in_key: float


def describe(plan: Plan) -> Notes:
    tonic, minor, mode = parse_key(plan.key)
    scale = {(tonic + step) % 12 for step in SCALES.get(mode, SCALES["minor" if minor else "major"])}
    pitched = [part for part in plan.parts if not part.drums and part.role != "effects" and part.program < SOUND_EFFECTS]
    notes = [note for part in pitched for note in part.notes]
    return Notes(
        melody=_intervals(lead(pitched)), progression=_progression(plan, pitched, tonic),
        form=[f"{re.sub(r' [0-9]+$', '', section.name)} {section.length / plan.bar:g}" for section in plan.sections],
        in_key=sum(note.pitch % 12 in scale for note in notes) / len(notes) if notes else 1.0,
    )


def lead(parts: list[Part]) -> Part | None:
    """The part that leads; where roles are unknown, the loudest of the high parts that play one note at a time."""
    leads = [part for part in parts if part.role == "lead"]
    if not leads and not any(part.role for part in parts):
        leads = [part for part in parts if _single(part) and sum(note.pitch for note in part.notes) / len(part.notes) > 57]
        leads = sorted(leads, key=lambda part: part.volume, reverse=True)[:1]
    return max(leads, key=lambda part: len(part.notes), default=None)


def _single(part: Part) -> bool:
    return len({note.start for note in part.notes}) > 0.9 * len(part.notes) >= 7


def _intervals(part: Part | None) -> list[list[int]]:
    if not part:
        return []
    top: dict[float, int] = {}
    for note in part.notes:
        top[note.start] = max(note.pitch, top.get(note.start, 0))
    pitches = [top[start] for start in sorted(top)]
    steps = [after - before for before, after in zip(pitches, pitches[1:])]
    return [list(run) for run in sorted(set(zip(steps, steps[1:], steps[2:], steps[3:])))]


def _progression(plan: Plan, parts: list[Part], tonic: int) -> list[str]:
    section = next(iter(plan.of_kind("chorus") + plan.of_kind("verse") + list(plan.sections)))
    bars = [section.start + plan.bar * number for number in range(min(8, int(section.length / plan.bar)))]
    if plan.chords:
        sounding = [max((chord for chord in plan.chords if chord[0] <= bar + 1e-6), default=plan.chords[0]) for bar in bars]
        return [f"{(root - tonic) % 12}{quality}" for _, root, quality in sounding]
    bass = min(parts, key=lambda part: sum(note.pitch for note in part.notes) / len(part.notes), default=None)
    roots = []
    for bar in bars:
        # The bass note that lasts longest in the bar; the first one may anticipate or lead up to it.
        lasting = Counter()
        for note in bass.notes if bass else ():
            if bar - 0.1 <= note.start < bar + plan.bar - 0.1:
                lasting[(note.pitch - tonic) % 12] += note.length
        roots.append(str(max(lasting, key=lasting.get)) if lasting else "-")
    return roots


def compare(songs: list[Notes]) -> dict[str, float | None]:
    """One style's songs. Shares are 0 to 1."""
    melodies = [{tuple(run) for run in song.melody} for song in songs if song.melody]
    owners = Counter(run for melody in melodies for run in melody)
    likeness = [len(one & other) / len(one | other) for one, other in combinations(melodies, 2)]
    return {
        "songs": len(songs), "with_melody": len(melodies),
        "own_runs": sum(count == 1 for count in owners.values()) / len(owners) if owners else None,
        "melody_likeness": sum(likeness) / len(likeness) if likeness else None,
        "progressions": len({tuple(song.progression) for song in songs}) / len(songs),
        "forms": len({tuple(song.form) for song in songs}) / len(songs),
        "in_key": sum(song.in_key for song in songs) / len(songs), "least_in_key": min(song.in_key for song in songs),
    }
