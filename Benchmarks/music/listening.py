"""A song as the judges hear it: the sound once at full rate, and the spectra that the judges share, made once and quickly."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import librosa
import numpy as np
import soundfile
import soxr

RATE = 22050
LOW_RATE = 11025
HOP = 512


@dataclass
class Listening:
    path: Path

    @cached_property
    def _read(self) -> tuple[np.ndarray, int]:
        sound, rate = soundfile.read(self.path, dtype="float32", always_2d=True)
        return (np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound), rate

    @property
    def sound(self) -> np.ndarray:
        """Stereo, (samples, 2), as rendered."""
        return self._read[0]

    @property
    def rate(self) -> int:
        return self._read[1]

    @property
    def seconds(self) -> float:
        return len(self.sound) / self.rate

    @cached_property
    def mono(self) -> np.ndarray:
        return soxr.resample(self.sound.mean(axis=1), self.rate, RATE, quality="HQ")

    @cached_property
    def spectrum(self) -> np.ndarray:
        """Magnitudes at RATE, in frames of HOP."""
        return np.abs(librosa.stft(self.mono, hop_length=HOP))

    @cached_property
    def mel(self) -> np.ndarray:
        """Decibels."""
        return librosa.power_to_db(librosa.feature.melspectrogram(S=np.square(self.spectrum), sr=RATE))

    @cached_property
    def onsets(self) -> np.ndarray:
        """Onset strength by frame; the median over bands is what librosa's manual recommends for beats."""
        return librosa.onset.onset_strength(S=self.mel, sr=RATE, hop_length=HOP, aggregate=np.median)

    @cached_property
    def _split(self) -> tuple[np.ndarray, np.ndarray]:
        """What sustains and what strikes (Fitzgerald 2010), up to 5.5 kHz. At half the rate and in long hops, because median
        filters are what costs time; 9 frames last as long as librosa's usual 31 shorter ones."""
        low = soxr.resample(self.mono, RATE, LOW_RATE, quality="HQ")
        return librosa.decompose.hpss(librosa.stft(low, hop_length=1024), kernel_size=(9, 31))

    @cached_property
    def struck(self) -> float:
        """The share of the energy that strikes."""
        harmonic, percussive = (float(np.square(np.abs(part)).sum()) for part in self._split)
        return percussive / max(1e-12, harmonic + percussive)

    @cached_property
    def chroma(self) -> np.ndarray:
        """Constant-Q chroma of what sustains, (12, frames), CHROMA_HOP seconds a frame. Synthesis is in tune at A = 440 Hz, so the
        tuning need not be guessed."""
        sustained = librosa.istft(self._split[0], hop_length=1024)
        return librosa.feature.chroma_cqt(y=sustained, sr=LOW_RATE, hop_length=HOP, tuning=0.0)


CHROMA_HOP = HOP / LOW_RATE
SPECTRUM_HOP = HOP / RATE
