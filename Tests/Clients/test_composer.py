"""Songs made from songs, through the API: variations, similar, extend, repaint, remix, artists, exports, samples of styles."""

import gzip
import io
import json
import time
import wave

import httpx
import pytest
from conftest import Person, Server


@pytest.fixture(scope="module")
def studio(binary):
    """A server that makes songs itself."""
    server = Server(binary, CONTINUO_DAILY_LIMIT="1000")
    server.start(workers=2)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def eve(studio):
    return Person(studio, "eve")


def call(studio, person, method, path, **options):
    headers = {"authorization": f"Bearer {person.client.auth.get_session().access_token}"} if person else {}
    return httpx.request(method, studio.keys["SUPABASE_URL"] + path, headers=headers, timeout=60, **options)


def finished(studio, person, job, seconds=90):
    """The job when it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = call(studio, person, "GET", f"/jobs/{job}").json()
        if state["status"] in ("completed", "failed", "cancelled"):
            return state
        time.sleep(0.1)
    raise AssertionError(f"the job did not end: {state}")


def make(studio, person, **request):
    """The results of a request for songs, in the order of their seeds."""
    answer = call(studio, person, "POST", "/generate", json=request)
    assert answer.status_code == 202, answer.text
    jobs = [finished(studio, person, job) for job in answer.json()["job_ids"]]
    assert all(job["status"] == "completed" for job in jobs), jobs
    return [job["result"] for job in jobs]


def refusal(studio, person, **request):
    """The error of a request that is accepted and then fails."""
    answer = call(studio, person, "POST", "/generate", json=request)
    assert answer.status_code == 202, answer.text
    job = finished(studio, person, answer.json()["job_id"])
    assert job["status"] == "failed", job
    return job["error"]


def samples(studio, person, song):
    """Three bytes a sample, two channels."""
    answer = call(studio, person, "GET", f"/songs/{song}/audio?format=wav")
    assert answer.status_code == 200, answer.text
    with wave.open(io.BytesIO(answer.content)) as file:
        assert file.getsampwidth() == 3 and file.getnchannels() == 2
        return file.readframes(file.getnframes()), file.getframerate()


def score(studio, person, song):
    return call(studio, person, "GET", f"/songs/{song}/score").json()


def lead(score):
    return next(part for part in score["parts"] if part["role"] == "lead")["notes"]


@pytest.fixture(scope="module")
def song(studio, eve):
    return make(studio, eve, prompt="pop, 120 bpm, in D major", duration=24, seed=11)[0]


def test_variations_are_as_many_songs_with_seeds_of_their_own(studio, eve):
    songs = make(studio, eve, prompt="house", duration=10, seed=40, count=3)
    assert [song["seed"] for song in songs] == [40, 41, 42]
    assert len({json.dumps(score(studio, eve, song["song_id"])["parts"]) for song in songs}) == 3


def test_variations_are_accepted_all_or_none(binary):
    server = Server(binary, CONTINUO_DAILY_LIMIT="2")
    server.start()
    try:
        person = Person(server, "ann")
        answer = call(server, person, "POST", "/generate", json={"prompt": "house", "count": 3})
        assert answer.status_code == 429 and answer.json()["error"]["code"] == "daily_limit_reached"
        assert call(server, person, "GET", "/jobs").json()["jobs"] == []
        assert call(server, person, "POST", "/generate", json={"prompt": "house", "count": 2}).status_code == 202
    finally:
        server.remove()


def test_a_similar_song_keeps_tempo_key_form_and_band_and_has_another_tune(studio, eve, song):
    other = make(studio, eve, prompt="more", task="similar", parent_id=song["song_id"], seed=5)[0]
    mine, theirs = score(studio, eve, song["song_id"]), score(studio, eve, other["song_id"])
    assert (other["bpm"], other["key"], other["duration"]) == (120, "D major", 24)
    assert [part["name"] for part in mine["parts"]] == [part["name"] for part in theirs["parts"]]
    assert [section["name"] for section in mine["sections"]] == [section["name"] for section in theirs["sections"]]
    assert lead(mine) != lead(theirs)
    lineage = call(studio, eve, "GET", f"/songs/{other['song_id']}/lineage").json()
    assert song["song_id"] in json.dumps(lineage)


def test_a_longer_song_has_the_old_one_in_it_note_for_note(studio, eve, song):
    other = make(studio, eve, prompt="more", task="extend", parent_id=song["song_id"], extend_before=4, extend_after=12)[0]
    assert other["duration"] == pytest.approx(40, abs=1)
    old, new = score(studio, eve, song["song_id"]), score(studio, eve, other["song_id"])
    ending = old["sections"][-1]["start"]
    for before, after in zip(old["parts"], sorted(new["parts"], key=lambda part: [p["name"] for p in old["parts"]].index(part["name"]))):
        kept = [(round(n["start"] + 8, 3), n["pitch"]) for n in before["notes"] if n["start"] < ending - 0.1]
        found = {(round(n["start"], 3), n["pitch"]) for n in after["notes"]}
        assert kept and all(note in found for note in kept), before["name"]


def test_repainting_changes_nothing_outside_its_range(studio, eve, song):
    other = make(
        studio, eve, prompt="wild solo", task="repaint", parent_id=song["song_id"], repaint_start=8, repaint_end=14, seed=3)[0]
    (old, rate), (new, _) = samples(studio, eve, song["song_id"]), samples(studio, eve, other["song_id"])
    assert len(old) == len(new)
    start, end = int(8 * rate) * 6, int(14 * rate) * 6
    assert old[:start] == new[:start] and old[end:] == new[end:]
    assert old[start:end] != new[start:end]


def test_a_remix_keeps_the_tune_and_the_form_in_another_style(studio, eve, song):
    other = make(studio, eve, prompt="bossa nova", task="remix", parent_id=song["song_id"])[0]
    old, new = score(studio, eve, song["song_id"]), score(studio, eve, other["song_id"])
    assert [s["length"] for s in old["sections"][:-1]] == [s["length"] for s in new["sections"][:-1]]
    assert [c["chord"] for c in old["chords"]][:8] == [c["chord"] for c in new["chords"]][:8]
    sung = lambda score: [note["pitch"] % 12 for note in lead(score)]
    assert sung(old)[:12] == sung(new)[:12]
    assert [part["name"] for part in old["parts"]] != [part["name"] for part in new["parts"]]
    assert "remix" in other["title"]


def test_a_recording_is_followed_in_tempo_and_key(studio, eve, song):
    audio = call(studio, eve, "GET", f"/songs/{song['song_id']}/audio?format=flac").content
    path = f"music/{eve.id}/riff.flac"
    upload = call(studio, eve, "POST", f"/storage/v1/object/{path}", files={"file": ("riff.flac", audio, "audio/flac")})
    assert upload.status_code == 200, upload.text
    other = make(studio, eve, prompt="synthwave", task="similar", source_path=path)[0]
    assert min(abs(other["bpm"] / (120 * factor) - 1) for factor in (0.5, 1, 2)) < 0.02
    assert other["key"] in ("D major", "B minor", "A major", "G major")
    assert other["duration"] == pytest.approx(24, abs=0.5)


def test_what_one_may_not_see_one_cannot_work_on(studio, eve, song):
    stranger = Person(studio, "mallory")
    request = {"prompt": "x", "task": "remix", "parent_id": song["song_id"]}
    assert call(studio, stranger, "POST", "/generate", json=request).status_code == 404
    request = {"prompt": "x", "task": "similar", "source_path": f"music/{eve.id}/riff.flac"}
    assert call(studio, stranger, "POST", "/generate", json=request).status_code == 404


def test_each_wrong_field_is_named(studio, eve, song):
    def fields(**request):
        answer = call(studio, eve, "POST", "/generate", json={"prompt": "x", **request})
        assert answer.status_code == 400, answer.text
        return {field["name"] for field in answer.json()["error"]["fields"]}

    assert fields(count=9) == {"count"}
    assert fields(extend_after=5) == {"extend_after"}
    assert fields(source_path="music/x.wav") == {"source_path"}
    assert fields(task="similar") == {"parent_id"}


def test_ranges_that_do_not_fit_are_explained(studio, eve, song):
    error = refusal(studio, eve, prompt="x", task="repaint", parent_id=song["song_id"], repaint_start=20, repaint_end=90)
    assert error["code"] == "repaint_out_of_range" and "24 seconds" in error["hint"]
    error = refusal(studio, eve, prompt="x", task="extend", parent_id=song["song_id"], extend_after=590)
    assert error["code"] == "extension_out_of_range"


def test_an_artists_habits_shape_the_song_for_members_only(studio, eve):
    artist = eve.client.table("artists").insert({"name": "Night Shift"}).execute().data[0]["id"]
    profile = {
        "artist": {"core_identities": {"primary_genre_space": ["melodic techno"]}},
        "daw_fingerprint_aggregates": {
            "core_bpm_range": {"cluster_centers": [117]}, "keys_and_modes": {"common_keys": ["F# minor"]},
            "core_synth_palette": ["warm pads", "acid lead"], "arrangement_habits": ["long intro"]}}
    eve.client.table("artist_profiles").upsert({"artist_id": artist, "master_schema": profile}).execute()
    made = make(studio, eve, prompt="something new", duration=20, artist_id=artist)[0]
    assert abs(made["bpm"] - 117) <= 1 and made["key"] == "F# minor"
    row = eve.client.table("songs").select("plan").eq("id", made["song_id"]).execute().data[0]
    assert row["plan"]["style"] == "techno" and any("Acid Lead" in name for name in row["plan"]["instruments"])
    stranger = Person(studio, "trudy")
    assert call(studio, stranger, "POST", "/generate", json={"prompt": "x", "artist_id": artist}).status_code == 404


def test_a_song_leaves_as_a_live_set_a_lead_sheet_and_timed_lyrics(studio, eve):
    lyrics = "[verse]\nMorning on the water\n[chorus]\nSail away, sail away\n"
    made = make(studio, eve, prompt="folk", lyrics=lyrics, duration=30, seed=2)[0]["song_id"]
    live = call(studio, eve, "GET", f"/songs/{made}/als")
    assert live.status_code == 200 and "Ableton" in gzip.decompress(live.content).decode()[:200]
    sheet = call(studio, eve, "GET", f"/songs/{made}/musicxml").text
    assert "<score-partwise" in sheet and "<text>Mor</text>" in sheet and "<harmony>" in sheet
    lrc = call(studio, eve, "GET", f"/songs/{made}/lrc").text
    assert "Morning" in lrc and lrc.count("<") >= 8
    plain = make(studio, eve, prompt="folk", duration=10, seed=2)[0]["song_id"]
    assert call(studio, eve, "GET", f"/songs/{plain}/lrc").json()["error"]["code"] == "lyrics_missing"


def test_a_sample_of_a_style_is_made_once_and_kept(studio, eve):
    styles = call(studio, None, "GET", "/styles").json()["styles"]
    assert len(styles) >= 45 and all(style["about"] and style["sample"] is None for style in styles)
    assert call(studio, eve, "GET", "/styles/march/sample").status_code == 404
    asked = [call(studio, eve, "POST", "/styles/march/sample") for _ in range(2)]
    assert {answer.json()["job_id"] for answer in asked} == {asked[0].json()["job_id"]}
    result = finished(studio, eve, asked[0].json()["job_id"])["result"]
    audio = call(studio, None, "GET", result["sample"]["url"])
    assert audio.status_code == 200 and len(audio.content) > 200_000
    assert call(studio, eve, "POST", "/styles/march/sample").json()["sample"]["url"] == "/styles/march/sample"
    assert call(studio, eve, "GET", "/styles/nothing/sample").json()["error"]["code"] == "style_unknown"
