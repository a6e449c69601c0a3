"""Runs the program: lists its styles and renders songs, one at a time, into a folder that is kept, so that a second run is quick."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Style:
    id: str
    prompt: str
    tempo: tuple[float, float] | None = None
    range: float | None = None  # the loudness range it aims at, LU


@dataclass(frozen=True)
class Rendering:
    """The files of one song."""

    style: Style
    seed: int
    stem: Path

    def file(self, suffix: str) -> Path:
        return self.stem.with_name(self.stem.name + suffix)

    @property
    def audio(self) -> Path:
        return self.file(".flac")

    @property
    def midi(self) -> Path:
        return self.file(".mid")

    @property
    def score(self) -> Path:
        return self.file(".json")

    @property
    def printed(self) -> Path:
        return self.file(".txt")


@dataclass(frozen=True)
class Program:
    binary: Path
    work: Path

    @cached_property
    def folder(self) -> Path:
        """Named by the binary's contents and the styles it reads: another build never finds this one's songs."""
        with self.binary.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update("".join(sorted({item.get("digest", "") for item in self.listed})).encode())
        return self.work / digest.hexdigest()[:12]

    @cached_property
    def listed(self) -> list[dict]:
        """What the program says of its styles; nothing where it cannot list them."""
        try:
            return json.loads(self._ask("styles", "--json"))
        except (subprocess.CalledProcessError, json.JSONDecodeError):
            return []

    @cached_property
    def writes_scores(self) -> bool:
        return "--score" in self._ask("generate", "--help")

    def styles(self, wanted: list[str]) -> list[Style]:
        """All styles of the program, or the wanted ones, named by id, name or a word of theirs. A program that cannot list its
        styles is given the wanted words as they are."""
        known = {}
        for item in self.listed:
            words = item.get("words") or [item.get("name", item["id"])]
            style = Style(item["id"], words[0], tuple(item["tempo"]) if "tempo" in item else None, item.get("range"))
            for word in (item["id"], item.get("name", ""), *words):
                known.setdefault(word.lower(), style)
        if wanted:
            return [known.get(word.lower(), Style(slug(word), word)) for word in wanted]
        if not self.listed:
            raise SystemExit("This program cannot list its styles; name them with --styles house,techno,…")
        return list(dict.fromkeys(known[item["id"].lower()] for item in self.listed))

    def render(self, style: Style, seeds: Iterable[int], duration: float, keep_audio: bool = True) -> Iterator[Rendering]:
        """keep_audio: without it only the score and the MIDI file are kept, for measurements that need many songs."""
        for seed in seeds:
            song = Rendering(style, seed, self.folder / style.id / f"{seed}-{duration:g}")
            done = song.audio.exists() if keep_audio else song.midi.exists()
            if not (done and song.midi.exists() and song.printed.exists()):
                self._generate(song, duration, keep_audio)
            yield song

    def _generate(self, song: Rendering, duration: float, plays: bool) -> None:
        song.stem.parent.mkdir(parents=True, exist_ok=True)
        # FLAC keeps the 24 bits of the WAV file as they are, in two thirds of its size.
        draft = song.stem.with_name(f"draft-{song.seed}.flac")
        arguments = ["generate", song.style.prompt, "--duration", f"{duration:g}", "--seed", str(song.seed)]
        arguments += ["-o", str(draft)] if plays else ["--no-audio"]
        arguments += ["--midi", str(song.midi)]
        if self.writes_scores:
            arguments += ["--score", str(song.score)]
        try:
            song.printed.write_text(self._ask(*arguments), encoding="utf-8")
        except subprocess.CalledProcessError as failure:
            raise SystemExit(f"“{song.style.prompt}”, seed {song.seed}: the program failed: {failure.stderr.strip()}") from failure
        if plays:
            draft.rename(song.audio)

    def _ask(self, *arguments: str) -> str:
        command = ["nice", "-n", "10", str(self.binary.absolute()), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
