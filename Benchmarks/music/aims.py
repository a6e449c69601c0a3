"""What is aimed at, and tables of how near the songs come."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from songs import Song
from styles import confusions, tell_apart
from variety import Notes, compare

LOUDNESS, END_LEVEL = -14.0, -50.0
Value = float | str | None


@dataclass(frozen=True)
class Column:
    heading: str
    value: Callable[[list[Song]], Value]
    form: str = "{:.0%}"
    aim: str = ""
    holds: Callable[[float], bool] = lambda value: True
    each: bool = False  # the aim is every style's own; without it that of all songs together


@dataclass(frozen=True)
class Aim:
    measurement: str
    name: str
    aim: str
    found: str
    held: bool


@dataclass(frozen=True)
class Table:
    name: str
    columns: list[Column]
    rows: dict[str, list[Value]]  # by style; the last one, "overall", is of all songs
    note: str = ""

    def aims(self) -> list[Aim]:
        """An aim without any song to judge by (no chorus, one seed) is left out."""
        found = []
        for index, column in enumerate(self.columns):
            values = {style: row[index] for style, row in self.rows.items() if row[index] is not None}
            if not column.aim or "overall" not in values:
                continue
            missed = [style for style, value in values.items() if not column.holds(value)]
            held = not missed if column.each else "overall" not in missed
            told = column.form.format(values["overall"])
            misses = [style for style in missed if style != "overall"]
            if column.each and misses:
                told += f"; missed by {', '.join(misses)}"
            found.append(Aim(self.name, column.heading, column.aim, told, held))
        return found


def share(group: str, test: Callable[[dict], bool]) -> Callable[[list[Song]], Value]:
    return over(group, lambda found: float(test(found)), np.mean)


def over(group: str, number: Callable[[dict], float], fold: Callable[[list[float]], float]) -> Callable[[list[Song]], Value]:
    """One number of several songs; None where none of them has it."""

    def value(songs: list[Song]) -> Value:
        numbers = [number(song[group]) for song in songs if song[group] is not None]
        return float(fold(numbers)) if numbers else None

    return value


def count(group: str) -> Column:
    return Column("songs", lambda songs: float(sum(song[group] is not None for song in songs)), "{:.0f}")


def planned_tempo(songs: list[Song]) -> str:
    low, high = (fold(song["tempo"]["planned"] for song in songs) for fold in (min, max))
    return f"{low:.0f}–{high:.0f}"


def range_aim(songs: list[Song]) -> Value:
    aims = {song["range_aim"] for song in songs}
    return aims.pop() if len(aims) == 1 else None


def furthest(numbers: list[float]) -> float:
    return max(numbers, key=abs)


def agreement(group: str, kind: str) -> Callable[[list[Song]], Value]:
    return share(group, lambda found: found["agreement"] == kind)


COLUMNS: dict[str, list[Column]] = {
    "tempo": [
        count("tempo"), Column("planned bpm", planned_tempo, "{}"), Column("outright", agreement("tempo", "strict")),
        Column("agrees", share("tempo", lambda found: found["agrees"]), aim="≥ 90 %", holds=lambda value: value >= 0.9),
        Column("another level of the meter", agreement("tempo", "related")),
    ],
    "key": [
        count("key"), *(Column(kind, agreement("key", kind)) for kind in ("exact", "relative", "fifth", "parallel", "other")),
        Column("agrees", share("key", lambda found: found["agrees"]), aim="≥ 85 %", holds=lambda value: value >= 0.85),
        Column("by Krumhansl", share("key", lambda found: found["by_profile"]["krumhansl"])),
        Column("by Albrecht", share("key", lambda found: found["by_profile"]["albrecht"])),
        Column("MIREX score", over("key", lambda found: found["score"], np.mean), "{:.2f}"),
    ],
    "loudness": [
        count("loudness"), Column("mean LUFS", over("loudness", lambda found: found["integrated"], np.mean), "{:.2f}"),
        Column("furthest from −14 LUFS, LU", over("loudness", lambda found: found["integrated"] - LOUDNESS, furthest), "{:+.2f}", "±0.5",
               lambda value: abs(value) <= 0.5),
        Column("highest true peak, dBTP", over("loudness", lambda found: found["peak"], max), "{:.2f}", "≤ −1", lambda value: value <= -1),
        Column("mean range, LU", over("loudness", lambda found: found["range"], np.mean), "{:.1f}"),
        Column("the style's range, LU", range_aim, "{:.1f}"),
    ],
    "defects": [
        count("defects"),
        Column("greatest offset", over("defects", lambda found: found["offset"], max), "{:.1e}", "< 1e-3", lambda value: value < 1e-3),
        Column("most silence", over("defects", lambda found: found["silence"], max), "{:.1%}", "< 2 %", lambda value: value < 0.02),
        Column("clicks", over("defects", lambda found: len(found["clicks"]), sum), "{:.0f}", "none", lambda value: value == 0),
        Column("of them at joins", over("defects", lambda found: found["at_joins"], sum), "{:.0f}"),
        Column("loudest end, dBFS", over("defects", lambda found: found["end"], max), "{:.0f}", "≤ −50", lambda value: value <= END_LEVEL),
        Column("least correlation", over("defects", lambda found: found["correlation"], min), "{:.2f}", "> 0", lambda value: value > 0),
        Column("under 120 Hz", over("defects", lambda found: found["low_correlation"], min), "{:.2f}", "> 0", lambda value: value > 0),
    ],
    "contrast": [
        count("contrast"),
        Column("chorus over verse, dB", over("contrast", lambda found: found["level"], np.mean), "{:+.1f}", "> 0", lambda value: value > 0, True),
        Column("louder", share("contrast", lambda found: found["level"] > 0)),
        Column("centroid over verse, Hz", over("contrast", lambda found: found["centroid"], np.mean), "{:+.0f}", "> 0", lambda value: value > 0,
               True),
        Column("brighter", share("contrast", lambda found: found["centroid"] > 0)),
    ],
    "returns": [
        count("returns"), Column("chorus and chorus", over("returns", lambda found: found["alike"], np.mean), "{:.2f}"),
        Column("verse and chorus", over("returns", lambda found: found["apart"], np.mean), "{:.2f}"),
        Column("difference", over("returns", lambda found: found["alike"] - found["apart"], np.mean), "{:+.2f}", "> 0", lambda value: value > 0,
               True),
        Column("songs above", share("returns", lambda found: found["alike"] > found["apart"])),
    ],
    "styles": [
        Column("told apart", share("verdict", lambda found: found["right"]), aim="≥ 70 %", holds=lambda value: value >= 0.7),
        Column("taken for", lambda songs: ", ".join(dict.fromkeys(
            song["verdict"]["taken_for"] for song in songs if song["verdict"] and not song["verdict"]["right"])), "{}"),
    ],
}


def table(name: str, songs: list[Song]) -> Table:
    note = ""
    if name == "styles":
        verdicts = tell_apart([(song["style"], song["seed"], song["styles"]["features"]) for song in songs])
        told = {(style, seed): taken for style, seed, taken in verdicts}
        songs = [{**song, "verdict": _verdict(song["style"], told.get((song["style"], song["seed"])))} for song in songs]
        pairs = confusions([(style, taken) for style, _, taken in verdicts])[:10]
        note = "Most confused: " + (", ".join(f"{one} and {other} ({times})" for one, other, times in pairs) or "none") + "."
    groups = {style: [song for song in songs if song["style"] == style] for style in dict.fromkeys(song["style"] for song in songs)}
    rows = {style: [column.value(group) for column in COLUMNS[name]] for style, group in [*groups.items(), ("overall", songs)]}
    if name == "styles":
        rows["overall"][1] = None
    return Table(name, COLUMNS[name], rows, note)


def _verdict(style: str, taken: str | None) -> dict | None:
    return {"taken_for": taken, "right": taken == style} if taken else None


def variety_table(songs: dict[str, list[Notes]]) -> Table:
    """No aims: how much variety is right depends on the style."""
    keys = {"songs": ("songs", "{:.0f}"), "with_melody": ("with a melody", "{:.0f}"), "own_runs": ("melody runs of one song alone", "{:.0%}"),
            "melody_likeness": ("likeness of melodies", "{:.3f}"), "progressions": ("different progressions", "{:.0%}"),
            "forms": ("different forms", "{:.0%}"), "in_key": ("notes in key", "{:.1%}"), "least_in_key": ("least in key", "{:.1%}")}
    found = {style: compare(notes) for style, notes in songs.items()}
    rows: dict[str, list[Value]] = {style: [values[key] for key in keys] for style, values in found.items()}
    middle = [[row[index] for row in rows.values() if row[index] is not None] for index in range(len(keys))]
    folds = [sum, sum, *[np.mean] * 5, min]
    rows["overall"] = [float(fold(values)) if values else None for fold, values in zip(folds, middle)]
    return Table("variety", [Column(heading, lambda songs: None, form) for heading, form in keys.values()], rows)
