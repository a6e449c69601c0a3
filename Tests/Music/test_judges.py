"""The measuring tools themselves, on sounds whose measure is known."""

import numpy as np
import pytest
from defects import clicks
from judges import key_agreement, tempo_agreement
from loudness import k_weighting, loudness, true_peak
from plan import Plan, Section, kind_of, parse_key
from styles import tell_apart

RATE = 48000


def tone(decibels: float, seconds: float, hertz: float = 1000, rate: int = RATE) -> np.ndarray:
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return np.stack([wave, wave], axis=1)


def planned(bpm: float, meter: tuple[int, int] = (4, 4)) -> Plan:
    return Plan("", ((0.0, bpm),), meter, "C major", (Section("Verse", "verse", 0, 16),), (), (), 16)


def test_the_weighting_has_the_coefficients_that_the_standard_prints():
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241, 0.73248077421585]
    high_pass = [1, -2, 1, 1, -1.99004745483398, 0.99007225036621]
    assert k_weighting(48000) == pytest.approx(np.array([shelf, high_pass]), abs=1e-7)


@pytest.mark.parametrize("rate", [44100, 48000])
def test_the_ebus_first_test_signals_have_their_loudness(rate: int):  # EBU Tech 3341, cases 1 and 2
    for level in (-23, -33):
        assert loudness(tone(level, 20, rate=rate), rate)[0] == pytest.approx(level, abs=0.1)


def test_gates_leave_out_what_is_far_softer():  # EBU Tech 3341, case 3
    sound = np.concatenate([tone(-36, 10), tone(-23, 60), tone(-36, 10)])
    assert loudness(sound, RATE)[0] == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("levels, wide", [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20)])
def test_the_ebus_test_signals_have_their_loudness_range(levels: tuple[int, int], wide: int):  # EBU Tech 3342, cases 1 to 3
    sound = np.concatenate([tone(level, 20) for level in levels])
    assert loudness(sound, RATE)[1] == pytest.approx(wide, abs=1)


def test_a_peak_between_samples_is_found():  # EBU Tech 3341, case 15 and following: a quarter of the rate, 45° off the samples
    wave = 0.5 * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)
    assert np.abs(wave).max() < 0.36
    assert true_peak(np.stack([wave, wave], axis=1), RATE) == pytest.approx(-6.02, abs=0.3)


def test_a_jump_is_a_click_and_a_stroke_or_a_saw_wave_is_none():
    chord = sum(tone(-20, 4, hertz) for hertz in (220, 277, 330))
    jump, hole, saw, struck = chord.copy(), chord.copy(), chord.copy(), chord.copy()
    jump[100_000:, 0] += 0.1
    hole[100_000:100_100] = 0
    saw += 0.2 * (np.arange(len(saw))[:, None] * 110 / RATE % 1 - 0.5)
    noise = np.random.default_rng(1).normal(size=RATE // 10)
    struck[100_000 : 100_000 + len(noise), 1] += 0.3 * noise * np.exp(-np.arange(len(noise)) / 1000)
    none = np.array([])
    assert clicks(chord, RATE, none) == []
    assert clicks(jump, RATE, none) == [pytest.approx(100_000 / RATE, abs=0.001)]
    assert clicks(jump, RATE, np.array([100_000 / RATE])) == []
    assert len(clicks(hole, RATE, none)) == 1
    assert clicks(saw, RATE, none) == []
    assert clicks(struck, RATE, none) == []


def test_a_tempo_agrees_an_octave_away_and_by_a_third_only_in_words():
    verdicts = [tempo_agreement(heard, planned(120)) for heard in (118, 240, 61, 180, 40, 150)]
    assert verdicts == ["strict", "octave", "octave", "related", "related", "other"]
    assert planned(120, (6, 8)).compound and not planned(120, (3, 4)).compound


def test_keys_are_related_as_musicians_say():
    heard = [(9, True), (0, False), (4, True), (2, True), (9, False), (1, True)]
    assert [key_agreement(key, "A minor") for key in heard] == ["exact", "relative", "fifth", "fifth", "parallel", "other"]
    assert parse_key("Bb mixolydian") == (10, False, "mixolydian") and parse_key("F#m")[:2] == (6, True)
    assert key_agreement((2, True), "D dorian") == "exact"


def test_sections_are_known_by_their_names():
    names = ["Pre-chorus", "Chorus 2", "Last drop", "Theme", "Main theme", "Second theme 2", "Full bloom", "Last verse", "Break", "Coda"]
    kinds = ["build", "chorus", "chorus", "verse", "chorus", "chorus", "chorus", "verse", "other", "outro"]
    assert [kind_of(name) for name in names] == kinds


def test_styles_are_learnt_from_one_half_of_the_seeds_and_tested_on_the_other():
    songs = [("calm", seed, [0.0 + seed / 9, 1.0]) for seed in (1, 2, 3)] + [("wild", seed, [5.0 + seed / 9, 1.0]) for seed in (1, 2, 3)]
    verdicts = tell_apart(songs)
    assert len(verdicts) == 6 and all(style == taken for style, _, taken in verdicts)
    assert tell_apart([song for song in songs if song[1] == 1]) == []
