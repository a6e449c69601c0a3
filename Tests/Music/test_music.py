"""The program's music, held to the aims of Benchmarks/music on a few short songs. The same program always gives the same result."""

import pytest
from aims import table
from songs import Song


def check(songs: list[Song], measurement: str, what: str) -> None:
    aims = {aim.name: aim for aim in table(measurement, songs).aims()}
    if what not in aims:
        pytest.skip("None of these songs is long enough to tell.")
    assert aims[what].held, f"{what}: {aims[what].found}, aimed at {aims[what].aim}"


def share(songs: list[Song], measurement: str) -> float:
    """How many songs agree. The aims (9 of 10 for the tempo, 17 of 20 for the key) hold over all styles, in `make bench`; of these
    sixteen songs, some of them of the hardest styles to hear, two more may miss by chance."""
    return sum(song[measurement]["agrees"] for song in songs) / len(songs)


def test_a_listener_hears_the_planned_tempo_in_most_songs(songs: list[Song]):
    assert share(songs, "tempo") >= 13 / 16


def test_a_listener_hears_the_planned_key_in_most_songs(songs: list[Song]):
    assert share(songs, "key") >= 12 / 16


def test_every_song_is_as_loud_as_streaming_services_play_it(songs: list[Song]):
    check(songs, "loudness", "furthest from −14 LUFS, LU")


def test_no_peak_comes_closer_to_full_scale_than_a_decibel(songs: list[Song]):
    check(songs, "loudness", "highest true peak, dBTP")


def test_no_song_is_shifted_off_the_zero_line(songs: list[Song]):
    check(songs, "defects", "greatest offset")


def test_no_song_falls_silent_between_its_intro_and_its_outro(songs: list[Song]):
    check(songs, "defects", "most silence")


def test_no_song_clicks(songs: list[Song]):
    check(songs, "defects", "clicks")


def test_every_song_has_died_away_when_it_ends(songs: list[Song]):
    check(songs, "defects", "loudest end, dBFS")


def test_no_song_cancels_itself_on_a_single_speaker(songs: list[Song]):
    check(songs, "defects", "least correlation")


def test_no_bass_cancels_itself_on_a_single_speaker(songs: list[Song]):
    check(songs, "defects", "under 120 Hz")


def test_choruses_are_louder_than_verses(songs: list[Song]):
    check(songs, "contrast", "chorus over verse, dB")


def test_choruses_are_brighter_than_verses(songs: list[Song]):
    check(songs, "contrast", "centroid over verse, Hz")


def test_a_chorus_that_returns_is_more_like_itself_than_like_a_verse(songs: list[Song]):
    check(songs, "returns", "difference")


def test_styles_can_be_told_apart_by_their_sound(songs: list[Song]):
    check(songs, "styles", "told apart")
