"""Whether styles can be told apart by sound alone: simple features, nearest centroid (after Tzanetakis & Cook 2002)."""

from collections import Counter

import librosa
import numpy as np

from listening import HOP, RATE, Listening


def features(listening: Listening, tempo: float) -> list[float]:
    """60 numbers that describe a song's sound; tempo is the one that was heard, not the planned one."""
    spectrum, sound = listening.spectrum, listening.sound
    with np.errstate(divide="ignore"):
        series = [
            librosa.feature.spectral_centroid(S=spectrum, sr=RATE)[0], librosa.feature.spectral_bandwidth(S=spectrum, sr=RATE)[0],
            librosa.feature.spectral_rolloff(S=spectrum, sr=RATE)[0], np.log10(librosa.feature.spectral_flatness(S=spectrum)[0]),
            librosa.feature.zero_crossing_rate(listening.mono, hop_length=HOP)[0], librosa.amplitude_to_db(librosa.feature.rms(S=spectrum)[0]),
            *librosa.feature.mfcc(S=listening.mel, n_mfcc=13), *librosa.feature.spectral_contrast(S=spectrum, sr=RATE),
        ]
    values = [statistic(row) for row in series for statistic in (np.mean, np.std)]
    onsets = librosa.onset.onset_detect(onset_envelope=listening.onsets, sr=RATE, hop_length=HOP)
    power = np.square(spectrum).mean(axis=1)
    frequencies = librosa.fft_frequencies(sr=RATE)
    bands = [power[(frequencies >= low) & (frequencies < high)].sum() for low, high in ((0, 150), (150, 2000), (2000, RATE))]
    middle, side = sound.mean(axis=1), (sound[:, 0] - sound[:, 1]) / 2
    values += [np.log2(tempo) if tempo > 0 else 0, len(onsets) / listening.seconds, listening.struck, _chroma_entropy(listening.chroma)]
    values += list(np.log10(np.maximum(bands, 1e-12) / max(1e-12, power.sum())))
    values.append(np.square(side).mean() / max(1e-12, np.square(middle).mean()))
    return [float(value) for value in np.nan_to_num(values)]


def _chroma_entropy(chroma: np.ndarray) -> float:
    share = chroma.mean(axis=1) / max(1e-12, chroma.mean(axis=1).sum())
    return float(-(share * np.log2(np.maximum(share, 1e-12))).sum())


def tell_apart(songs: list[tuple[str, int, list[float]]]) -> list[tuple[str, int, str]]:
    """For each song (style, seed, features) its style, its seed and the style it was taken for. One half of the seeds teaches the centroids,
    the other is tested, and then the other way round."""
    seeds = sorted({seed for _, seed, _ in songs})
    verdicts: list[tuple[str, int, str]] = []
    for taught in (set(seeds[::2]), set(seeds[1::2])):
        lessons = [song for song in songs if song[1] in taught]
        if not lessons or len(lessons) == len(songs):
            return []
        table = np.array([song[2] for song in lessons])
        mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
        names = sorted({song[0] for song in lessons})
        scaled = (table - mean) / spread
        centroids = np.array([scaled[[song[0] == name for song in lessons]].mean(axis=0) for name in names])
        for style, seed, vector in songs:
            if seed not in taught:
                distances = np.linalg.norm(centroids - (np.array(vector) - mean) / spread, axis=1)
                verdicts.append((style, seed, names[int(np.argmin(distances))]))
    return verdicts


def confusions(verdicts: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """The pairs most often taken for one another."""
    pairs = Counter(tuple(sorted(pair)) for pair in verdicts if pair[0] != pair[1])
    return [(one, other, count) for (one, other), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))]
