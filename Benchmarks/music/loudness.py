"""Loudness, loudness range and true peak.

Sources: ITU-R BS.1770-5 (K-weighting, gating, true peak), EBU Tech 3342 (loudness range). The standard prints its filters for
48 kHz; the analogue prototypes behind them, given by Brecht De Man, "Evaluation of Implementations of the EBU R128 Loudness
Measurement" (AES 145, 2018), yield them for any rate.
"""

import numpy as np
import soxr
from scipy.signal import sosfilt

SILENCE = -120.0


def k_weighting(rate: int) -> np.ndarray:
    """The two biquads, as second-order sections."""
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band, a0 = high**0.4996667741545416, 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0,
        1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0,
    ]
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    high_pass = [1, -2, 1, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    return np.array([shelf, high_pass])


def loudness(sound: np.ndarray, rate: int) -> tuple[float, float]:
    """Integrated loudness (LUFS) and loudness range (LU) of a stereo sound, shaped (samples, channels)."""
    weighted = sosfilt(k_weighting(rate), sound, axis=0)
    step = rate // 10
    count = len(weighted) // step
    tenths = np.square(weighted[: count * step]).reshape(count, step, -1).mean(axis=1).sum(axis=1)
    return _integrated(_windows(tenths, 4)), _range(_windows(tenths, 30))


def true_peak(sound: np.ndarray, rate: int) -> float:
    """The highest level between samples, in dBTP, found at four times the rate."""
    peak = max(np.abs(soxr.resample(channel, rate, 4 * rate, quality="HQ")).max() for channel in sound.astype(np.float32).T)
    return decibels(float(peak) ** 2)


def decibels(power: float | np.ndarray) -> float | np.ndarray:
    return 10 * np.log10(np.maximum(power, 10 ** (SILENCE / 10)))


def _windows(tenths: np.ndarray, length: int) -> np.ndarray:
    """Mean power of every window of so many tenths of a second, a new one starting each tenth."""
    return np.convolve(tenths, np.ones(length) / length, "valid") if len(tenths) >= length else tenths


def _lufs(power: float | np.ndarray) -> float | np.ndarray:
    return decibels(power) - 0.691


def _gated(power: np.ndarray, relative: float) -> np.ndarray:
    """Without what lies under −70 LUFS, and then without what lies so far under the mean of the rest."""
    heard = power[_lufs(power) > -70]
    return heard[_lufs(heard) > _lufs(heard.mean()) + relative] if len(heard) else heard


def _integrated(power: np.ndarray) -> float:
    heard = _gated(power, -10)
    return float(_lufs(heard.mean())) if len(heard) else SILENCE


def _range(power: np.ndarray) -> float:
    heard = _gated(power, -20)
    if not len(heard):
        return 0.0
    low, high = np.percentile(_lufs(heard), [10, 95])
    return float(high - low)
