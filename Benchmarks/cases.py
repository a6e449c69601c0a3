"""The cases of data_api.py: each as a request to the Data API, as a request to fastapi_service.py, and as the statement under both.

A statement names its parameters {like_this}. pgbench gets them as its variables, asyncpg as $1, $2 …, so that both send the same SQL.
"""

import json
from dataclasses import dataclass, field

SONGS_EACH = 1000
BULK_ROWS = 1000

ONE_ROW = "(user_id uuid, platform text, track_id text, track_name text, artist text, album text, play_count int)"
COLUMNS = "user_id, platform, track_id, track_name, artist, album, play_count"

RECENT_SONGS = """
    select coalesce(json_agg(s), '[]')::text from (
        select id, title, prompt, duration, bpm, key, is_public, created_at from songs
        where user_id = {person}::uuid order by created_at desc limit 20) s"""
ONE_SONG = "select to_json(s)::text from (select * from songs where id = {song}::uuid) s"
BANDS = """
    select coalesce(json_agg(b), '[]')::text from (
        select id, name, (
            select coalesce(json_agg(t), '[]') from (
                select id, duration, mode, (
                    select coalesce(json_agg(l), '[]') from (select added_at from user_library where track_id = g.id) l) as saved
                from generated_tracks g where band_id = bands.id order by created_at desc) t) as tracks
        from bands where user_id = {person}::uuid order by created_at desc limit 5) b"""
INSERT_ONE = f"""
    with made as (
        insert into user_history ({COLUMNS}) select {COLUMNS} from json_to_record({{row}}::json) as r {ONE_ROW} returning *)
    select json_agg(made)::text from made"""
INSERT_MANY = f"insert into user_history ({COLUMNS}) select {COLUMNS} from json_to_recordset({{rows}}::json) as r {ONE_ROW}"
RECENT_BY_FUNCTION = "select coalesce(json_agg(r), '[]')::text from bench_recent({number}::int) r"


@dataclass
class Case:
    name: str
    rest: str  # the path at the Data API; * becomes a number from 1 to SONGS_EACH
    fastapi: str
    statement: str | None = None
    parameters: dict = field(default_factory=dict)  # name → SQL over pgbench's variables
    variables: dict = field(default_factory=dict)  # pgbench's variables
    method: str = "GET"
    body: str = ""
    headers: dict = field(default_factory=dict)  # for the Data API
    writes: bool = False


def play(person, n):
    return {
        "user_id": person, "platform": "spotify", "track_id": f"spotify:track:{n:022}", "track_name": f"Night train no. {n}",
        "artist": "The Understudies", "album": "Rehearsals", "play_count": n % 9,
    }


def cases(person):
    # An argument of a program holds 128 KiB, so pgbench gets the bulk in two halves and joins them.
    bulk = json.dumps([play(person, n) for n in range(BULK_ROWS)])
    halves = {f"part{i}": bulk[i * 100_000:(i + 1) * 100_000] for i in range(len(bulk) // 100_000 + 1)}
    one = json.dumps(play(person, 7))
    return [
        Case("20 songs of one person",
             f"/songs?select=id,title,prompt,duration,bpm,key,is_public,created_at&user_id=eq.{person}&order=created_at.desc&limit=20",
             "/songs", RECENT_SONGS, {"person": ":person"}, {"person": person}),
        Case("one song by key",
             "/songs?select=%2A&id=eq.50000000-0000-4000-8000-*", "/songs/50000000-0000-4000-8000-*",
             ONE_SONG, {"song": "('50000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))"},
             headers={"Accept": "application/vnd.pgrst.object+json"}),
        Case("bands → tracks → saved",
             "/bands?select=id,name,tracks:generated_tracks!generated_tracks_band_id_fkey(id,duration,mode,saved:user_library(added_at))"
             f"&user_id=eq.{person}&order=created_at.desc&limit=5&tracks.order=created_at.desc",
             "/bands", BANDS, {"person": ":person"}, {"person": person}),
        Case("insert of one row, returned", "/user_history", "/history", INSERT_ONE, {"row": ":row"}, {"row": one},
             "POST", one, {"Prefer": "return=representation"}, writes=True),
        Case(f"insert of {BULK_ROWS:,} rows", "/user_history", "/history/bulk", INSERT_MANY,
             {"rows": "(" + " || ".join(f":{name}::text" for name in halves) + ")"}, halves,
             "POST", bulk, {"Prefer": "return=minimal"}, writes=True),
        Case("function, 10 rows", "/rpc/bench_recent", "/rpc/recent", RECENT_BY_FUNCTION, {"number": ":number"}, {"number": "10"},
             "POST", '{"number": 10}'),
    ]
