"""What no song may have: an offset, holes, clicks, a torn-off end, channels that cancel each other."""

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, sosfilt

from loudness import decibels

# A click is a jump in the waveform. The second difference x[n+1] − 2x[n] + x[n−1] of music is small and smooth; a jump makes it
# stick out for a few samples only. In blocks of 16 samples (0.36 ms), a block is a click when its greatest second difference
#   is over −40 dB of full scale: fainter jumps drown in any music;
#   is CLICK_RATIO times the third greatest within 25 ms on either side. Drums, noise and the edges of a saw wave (of 60 Hz and
#     up) all have company there; the third, so that the two edges of a hole do not hide each other;
#   is outdone by the third difference, as at a jump from one sample to the next (by 2) and not in steep but filtered edges such as a
#     low saw bass's (under 1);
#   is over before 8 samples of the surrounding 4 ms have reached a quarter of it: a struck stick or string rings on for longer;
#   and is no drum's planned stroke, which may begin as abruptly.
# A jump inside loud noise is not found, and hardly heard either: of jumps by a tenth of full scale at random times, eight in ten
# were found in ambient music, one in ten in drum and bass.
CLICK_FLOOR, CLICK_RATIO, CLICK_SHARPNESS, CLICK_SAMPLES, BLOCK = 0.01, 4.0, 1.2, 8, 16
BEFORE_STROKE, AFTER_STROKE = 0.002, 0.006
SILENCE = -60.0


def offset(sound: np.ndarray) -> float:
    return float(np.abs(sound.mean(axis=0)).max())


def silent_share(sound: np.ndarray, rate: int, start: float, end: float) -> float:
    """The share of 50 ms frames under −60 dBFS between two times."""
    size = rate // 20
    part = sound[int(start * rate) : int(end * rate)]
    count = len(part) // size
    if not count:
        return 0.0
    power = np.square(part[: count * size]).reshape(count, -1).mean(axis=1)
    return float(np.mean(decibels(power) < SILENCE))


def end_level(sound: np.ndarray, rate: int) -> float:
    """The level of the last 50 ms, in dBFS."""
    return float(decibels(np.square(sound[-rate // 20 :]).mean()))


def correlation(sound: np.ndarray) -> float:
    left, right = sound[:, 0] - sound[:, 0].mean(), sound[:, 1] - sound[:, 1].mean()
    power = np.sqrt(np.dot(left, left) * np.dot(right, right))
    return float(np.dot(left, right) / power) if power > 1e-9 else 1.0


def low_correlation(sound: np.ndarray, rate: int) -> float:
    """The same under 120 Hz, where a club's or a phone's single speaker adds both channels up."""
    return correlation(sosfilt(butter(4, 120, fs=rate, output="sos"), sound, axis=0))


def clicks(sound: np.ndarray, rate: int, strokes: np.ndarray) -> list[float]:
    """The seconds at which a channel jumps, other than at the drums' strokes."""
    found = sorted(block * BLOCK / rate for channel in sound.T for block in _jumps(channel, rate))
    merged: list[float] = []
    for time in found:
        # Both channels, and the two sides of a block's border, tell of the same jump.
        is_new = not merged or time - merged[-1] > 0.005
        if is_new and not np.any((time > strokes - BEFORE_STROKE) & (time < strokes + AFTER_STROKE)):
            merged.append(time)
    return merged


def _jumps(channel: np.ndarray, rate: int) -> list[int]:
    bend = np.abs(np.diff(channel, 2))
    count = len(bend) // BLOCK
    peaks = bend[: count * BLOCK].reshape(count, BLOCK).max(axis=1)
    reach = int(0.025 * rate / BLOCK)
    # Whatever is four times its third greatest neighbour is also thrice the mean of all: most blocks need no closer look.
    likely = np.flatnonzero((peaks > CLICK_FLOOR) & (peaks > 3 * uniform_filter1d(peaks, 2 * reach + 1, mode="constant")))
    jumps = []
    for block in likely:
        # At the song's ends the 25 ms that are missing are made up for on the other side. The blocks next to this one do not count:
        # they share its jump when that lies at their border.
        first = min(max(0, block - reach), max(0, count - 2 * reach))
        before, after = peaks[first : max(first, block - 1)], peaks[block + 2 : first + 2 * reach + 1]
        around = np.sort(np.concatenate([before, after]))
        company = around[-3] if len(around) >= 3 else 0.0
        centre = block * BLOCK + BLOCK // 2
        near = bend[max(0, centre - rate // 500) : centre + rate // 500]
        sharpest = np.abs(np.diff(channel[max(0, centre - BLOCK) : centre + BLOCK + 2], 3)).max()
        is_short = np.count_nonzero(near > peaks[block] / 4) <= CLICK_SAMPLES
        if peaks[block] > CLICK_RATIO * company and sharpest > CLICK_SHARPNESS * peaks[block] and is_short:
            jumps.append(int(block))
    return jumps
