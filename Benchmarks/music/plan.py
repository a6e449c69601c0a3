"""What the composer meant: tempo, key, sections and notes, read from a score (JSON) or, where there is none, from the MIDI file.

A score says more than a MIDI file: church modes (a MIDI key signature only knows major and minor), the kinds of sections, chords
and who leads. So each field is taken from the score when it is there.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import mido

CHORUS_NAMES = ("chorus", "drop", "hook", "head", "main theme", "second theme", "bloom", "climax", "refrain")
VERSE_NAMES = ("verse", "groove", "theme", "drift", "reprise")
OPENING_NAMES = ("intro", "opening", "emergence")
ENDING_NAMES = ("outro", "tag", "turnaround", "coda", "epilogue", "dissolve", "ending")
TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"#": 1, "♯": 1, "b": -1, "♭": -1}


@dataclass(frozen=True)
class Section:
    name: str
    kind: str
    start: float  # quarter notes
    length: float
    lift: int = 0  # semitones above the song's key, where the song modulates


@dataclass(frozen=True)
class Note:
    start: float  # quarter notes
    length: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    name: str
    role: str  # "" where only the MIDI file is known
    drums: bool
    program: int
    volume: int  # MIDI controller 7
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Plan:
    title: str
    tempi: tuple[tuple[float, float], ...]  # (quarter note, quarter notes a minute)
    meter: tuple[int, int]
    key: str
    sections: tuple[Section, ...]
    chords: tuple[tuple[float, int, str], ...]  # (quarter note, root, quality); empty without a score
    parts: tuple[Part, ...]
    length: float  # quarter notes
    crackles: bool = False  # played from a record, whose crackle is meant

    @property
    def bar(self) -> float:
        return self.meter[0] * 4 / self.meter[1]

    @property
    def compound(self) -> bool:
        """6/8, 9/8, 12/8: the beat one taps is three eighths long."""
        return self.meter[1] == 8 and self.meter[0] % 3 == 0

    def seconds(self, beat: float) -> float:
        elapsed = 0.0
        for index, (start, bpm) in enumerate(self.tempi):
            end = self.tempi[index + 1][0] if index + 1 < len(self.tempi) else beat
            if beat <= start and index:
                break
            elapsed += (min(end, beat) - start) * 60 / bpm
        return elapsed

    def bpm(self) -> float:
        """The tempo in force for most of the song: the median over time, so that a ritardando at the end does not count."""
        spans = []
        for index, (start, bpm) in enumerate(self.tempi):
            end = self.tempi[index + 1][0] if index + 1 < len(self.tempi) else self.length
            spans.append((bpm, max(0.0, end - start) * 60 / bpm))
        spans.sort()
        half, passed = sum(seconds for _, seconds in spans) / 2, 0.0
        for bpm, seconds in spans:
            passed += seconds
            if passed >= half:
                return bpm
        return spans[-1][0]

    def of_kind(self, kind: str) -> list[Section]:
        return [section for section in self.sections if section.kind == kind]

    def body(self) -> tuple[float, float]:
        """The seconds between the end of the intro and the start of the outro."""
        first, last = self.sections[0], self.sections[-1]
        start = first.start + first.length if first.kind == "intro" else 0.0
        return self.seconds(start), self.seconds(last.start if last.kind == "outro" else self.length)


def kind_of(name: str) -> str:
    """The kind of a section, told by its marker. "Pre-chorus" is no chorus, and a "Main theme" is one although a "Theme" is none."""
    plain = re.sub(r"\s*\d+$", "", name).lower()
    if plain.startswith("pre"):
        return "build"
    for kind, names in (("intro", OPENING_NAMES), ("outro", ENDING_NAMES), ("chorus", CHORUS_NAMES), ("verse", VERSE_NAMES)):
        if any(re.search(rf"\b{word}\b", plain) for word in names):
            return kind
    return "other"


def lift(key: str | None, score: dict) -> int:
    """How far a section's key lies above the song's, in semitones."""
    return (parse_key(key)[0] - parse_key(score["key"])[0]) % 12 if key and score.get("key") else 0


def parse_key(text: str) -> tuple[int, bool, str]:
    """The tonic's pitch class, whether the third is minor, and the mode's name. Church modes go by their third."""
    letter, rest = text.strip()[0].upper(), text.strip()[1:]
    tonic = TONICS[letter]
    while rest and rest[0] in ACCIDENTALS:
        tonic, rest = tonic + ACCIDENTALS[rest[0]], rest[1:]
    mode = rest.strip().lower() or "major"
    mode = {"m": "minor", "min": "minor", "maj": "major"}.get(mode, mode)
    minor = mode in ("dorian", "phrygian", "locrian", "aeolian") or "minor" in mode or mode.startswith("blues")
    return tonic % 12, minor, mode


def read(score: Path | None, midi: Path, printed: str) -> Plan:
    """printed: the program's line of output, which names the key in full."""
    from_midi = read_midi(midi, printed)
    return read_score(score, from_midi) if score and score.exists() else from_midi


def read_score(path: Path, fallback: Plan) -> Plan:
    data = json.loads(path.read_text())
    meter = data.get("meter", fallback.meter)
    if isinstance(meter, str):
        meter = tuple(int(number) for number in meter.split("/"))
    elif isinstance(meter, dict):
        meter = (meter["beats"], meter["unit"])
    sections = tuple(
        Section(item["name"], item.get("kind") or kind_of(item["name"]), item["start"], item["length"], lift(item.get("key"), data))
        for item in data.get("sections", ())
    )
    chords = tuple((item["start"], *chord(item["chord"])) for item in data.get("chords", ()) if "chord" in item)
    parts = tuple(
        Part(
            item["name"], item.get("role", ""), item.get("role") in ("drums", "percussion"),
            item.get("instrument", {}).get("program", 0), 100,
            tuple(Note(note["start"], note["length"], note["pitch"], note.get("velocity", 100)) for note in item["notes"]),
        )
        for item in data.get("parts", ()) if "notes" in item
    )
    changes = data.get("tempoMap", {}).get("changes", ())
    return Plan(
        title=data.get("title", fallback.title), tempi=tuple((change["start"], change["bpm"]) for change in changes) or fallback.tempi,
        meter=tuple(meter), key=data.get("key", fallback.key), sections=sections or fallback.sections, chords=chords,
        parts=parts or fallback.parts, length=data.get("length", fallback.length),
        crackles=(data.get("mix") or {}).get("vinyl", 0) > 0,
    )


def chord(value: dict | str) -> tuple[int, str]:
    """Root and quality of a chord, written as an object ("root", "quality", "extensions") or as a symbol ("F#m7")."""
    if isinstance(value, str):
        found = re.match(r"([A-G][#b♯♭]*)(.*)", value)
        return (parse_key(found[1])[0], found[2]) if found else (0, value)
    root = value.get("root", 0)
    return (root if isinstance(root, int) else parse_key(root)[0]), str(value.get("quality", "")) + "".join(value.get("extensions", ()))


def read_midi(path: Path, printed: str) -> Plan:
    file = mido.MidiFile(path)
    ticks = file.ticks_per_beat
    tempi, markers, meter, key, title, length = [], [], (4, 4), "C", "", 0.0
    parts = []
    for track in file.tracks:
        beat, open_notes, notes, name, program, volume, drums = 0.0, {}, [], track.name, 0, 100, False
        for message in track:
            beat += message.time / ticks
            if message.type == "set_tempo":
                tempi.append((beat, mido.tempo2bpm(message.tempo)))
            elif message.type == "marker":
                markers.append((beat, message.text))
            elif message.type == "time_signature" and not beat:
                meter = (message.numerator, message.denominator)
            elif message.type == "key_signature" and not beat:
                key = message.key
            elif message.type == "program_change":
                program = message.program
            elif message.type == "control_change" and message.control == 7:
                volume = message.value
            elif message.type == "note_on" and message.velocity:
                drums = message.channel == 9
                open_notes.setdefault(message.note, []).append((beat, message.velocity))
            elif message.type in ("note_on", "note_off") and open_notes.get(message.note):
                start, velocity = open_notes[message.note].pop(0)
                notes.append(Note(start, beat - start, message.note, velocity))
        length = max(length, beat)
        if notes:
            notes.sort(key=lambda note: (note.start, note.pitch))
            parts.append(Part(name, "", drums, program, volume, tuple(notes)))
        elif not title:
            title = track.name
    found = re.search(r"bpm, ([A-G][#b♯♭]* [a-z ]+?), seed", printed)
    ends = [start for start, _ in markers[1:]] + [length]
    sections = tuple(Section(name, kind_of(name), start, end - start) for (start, name), end in zip(markers, ends))
    return Plan(
        title, tuple(tempi) or ((0.0, 120.0),), meter, found[1] if found else key,
        sections or (Section("Song", "other", 0.0, length),), (), tuple(parts), length,
    )


def section_at(plan: Plan, beat: float) -> Section:
    return plan.sections[max(0, bisect_right([section.start for section in plan.sections], beat) - 1)]
