"""A second server that gets a copy of every song: through cuts of the network and kills, nothing lost, nothing doubled."""

import os
import pathlib
import re
import time
import uuid

import httpx
import pytest
from conftest import Person, Server
from link import Link
from test_storage import token


@pytest.fixture(scope="module")
def link():
    return Link()


@pytest.fixture(scope="module")
def pair(binary, link):
    """A server, and the second one that it pushes to, with a network between that can be cut."""
    far = Server(binary, CONTINUO_PUBLIC_URL=link.url)
    far.start()
    link.target = int(re.search(r"listening on http://\S+:(\d+)", "".join(far.lines))[1])
    near = Server(binary, SYNC_URL=link.url, SYNC_SERVICE_KEY=far.keys["SUPABASE_SERVICE_ROLE_KEY"])
    near.start(workers=1)
    yield near, far
    near.remove()
    far.remove()


def make_song(server, person, title, content, **columns):
    """As the worker leaves a song: the object first, then the row."""
    service, song = server.client("SUPABASE_SERVICE_ROLE_KEY"), str(uuid.uuid4())
    path = f"{person.id}/{song}.wav"
    service.storage.from_("music").upload(path, content, {"content-type": "audio/wav"})
    return service.table("songs").insert(
        {"id": song, "user_id": person.id, "title": title, "storage_path": f"music/{path}", **columns}).execute().data[0]


def push(server):
    """What the schedule does each minute."""
    server.sql("-c", """update continuo.song_sync set due_at = now() where state <> 'pushed';
        insert into continuo.jobs (kind) select 'sync.songs'
        where not exists (select from continuo.jobs where kind = 'sync.songs' and status = 'queued')""")


def until(check, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)
    return found


def copy_of(far, song):
    rows = far.client("SUPABASE_SERVICE_ROLE_KEY").table("songs").select("*").eq("id", song["id"]).execute().data
    return rows[0] if rows else None


def state(near, song) -> str:
    return near.sql("-c", f"select state from continuo.song_sync where song_id = '{song['id']}'").strip()


def ask(server, person, method, path, **options):
    answer = httpx.request(method, server.keys["SUPABASE_URL"] + path, headers={"Authorization": f"Bearer {token(person)}"}, **options)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def test_a_song_goes_over_with_its_file_and_its_owner(pair):
    near, far = pair
    ada, content = Person(near, "Ada"), os.urandom(200_000)
    song = make_song(near, ada, "Tide", content, is_public=True, bpm=120, seed=7)
    push(near)
    copy = until(lambda: copy_of(far, song))
    assert (copy["user_id"], copy["title"], copy["bpm"], copy["seed"], copy["is_public"]) == (ada.id, "Tide", 120, 7, True)
    assert copy["storage_path"] == song["storage_path"] and copy["sync_enabled"] is False
    assert far.client().storage.from_("music").download(f"{ada.id}/{song['id']}.wav") == content
    assert far.client("SUPABASE_SERVICE_ROLE_KEY").auth.admin.get_user_by_id(ada.id).user.email == ada.email
    until(lambda: state(near, song) == "pushed")
    assert ask(near, ada, "GET", f"/songs/{song['id']}")["sync"] == {"state": "pushed", "error": None}
    status = ask(near, ada, "GET", "/sync")
    assert status["target"] == far.keys["SUPABASE_URL"] and (status["pushed"], status["waiting"], status["failed"]) == (1, 0, 0)
    # What changes follows; the file is not sent again for that.
    ask(near, ada, "PATCH", f"/songs/{song['id']}", json={"title": "Ebb", "is_public": False})
    push(near)
    until(lambda: copy_of(far, song)["title"] == "Ebb")
    assert copy_of(far, song)["is_public"] is False


def test_an_owner_keeps_songs_at_home(pair):
    near, far = pair
    ben = Person(near, "Ben")
    kept = make_song(near, ben, "Mine alone", b"x", sync_enabled=False)
    shared = make_song(near, ben, "Abroad", b"y")
    push(near)
    until(lambda: copy_of(far, shared))
    until(lambda: state(near, kept) == "pushed")
    assert copy_of(far, kept) is None
    assert ask(near, ben, "GET", "/sync")["off"] == 1
    ask(near, ben, "PATCH", f"/songs/{kept['id']}", json={"sync_enabled": True})
    push(near)
    until(lambda: copy_of(far, kept))
    # Switched off again, what is there stays as it is.
    ask(near, ben, "PATCH", f"/songs/{shared['id']}", json={"sync_enabled": False, "title": "Changed at home"})
    push(near)
    until(lambda: state(near, shared) == "pushed")
    assert copy_of(far, shared)["title"] == "Abroad"


def test_a_song_that_is_deleted_goes_there_too(pair):
    near, far = pair
    cleo = Person(near, "Cleo")
    song = make_song(near, cleo, "Short", b"x")
    push(near)
    until(lambda: copy_of(far, song) and state(near, song) == "pushed")
    ask(near, cleo, "DELETE", f"/songs/{song['id']}")
    push(near)
    until(lambda: copy_of(far, song) is None)
    assert far.client("SUPABASE_SERVICE_ROLE_KEY").storage.from_("music").list(cleo.id) == []
    until(lambda: state(near, song) == "")


def test_children_find_their_parents_there(pair):
    near, far = pair
    dora = Person(near, "Dora")
    parent = make_song(near, dora, "First", b"x")
    child = make_song(near, dora, "Second", b"y", parent_id=parent["id"])
    push(near)
    assert until(lambda: copy_of(far, child))["parent_id"] == parent["id"]


def test_who_has_an_account_there_already_keeps_it(pair):
    near, far = pair
    eva = Person(near, "Eva")
    there = far.client("SUPABASE_SERVICE_ROLE_KEY").auth.admin.create_user({"email": eva.email, "email_confirm": True}).user
    song = make_song(near, eva, "Two homes", b"x")
    push(near)
    copy = until(lambda: copy_of(far, song))
    assert copy["user_id"] == there.id != eva.id and copy["storage_path"] == f"music/{there.id}/{song['id']}.wav"


def test_who_has_no_address_goes_over_too(pair):
    near, far = pair
    client = near.client()
    guest = client.auth.sign_in_anonymously().user
    song = make_song(near, guest, "Nobody's", b"x")
    push(near)
    assert until(lambda: copy_of(far, song))["user_id"] == guest.id


def test_a_second_server_that_stops_is_waited_for(pair, link):
    near, far = pair
    finn = Person(near, "Finn")
    far.process.terminate()
    far.process.wait(20)
    contents = [os.urandom(50_000 + number) for number in range(5)]
    songs = [make_song(near, finn, f"Song {number}", content) for number, content in enumerate(contents)]
    push(near)
    until(lambda: ask(near, finn, "GET", "/sync")["failed"] >= 1)
    status = ask(near, finn, "GET", "/sync")
    assert status["failed"] + status["waiting"] == 5 and "reached" in status["last_error"]
    wait = near.sql("-c", "select extract(epoch from due_at - now()) from continuo.song_sync where state = 'failed'").split()
    assert all(0 < float(seconds) <= 10 for seconds in wait)
    # The other is back: nobody has to do anything, each waits out its pause.
    far.start(link.target)
    until(lambda: ask(near, finn, "GET", "/sync")["pushed"] == 5, 90)
    rows = far.client("SUPABASE_SERVICE_ROLE_KEY").table("songs").select("id,title").eq("user_id", finn.id).execute().data
    assert sorted(row["id"] for row in rows) == sorted(song["id"] for song in songs)
    files = far.client("SUPABASE_SERVICE_ROLE_KEY").storage.from_("music")
    assert len(files.list(finn.id)) == 5
    for song, content in zip(songs, contents):
        assert files.download(f"{finn.id}/{song['id']}.wav") == content


@pytest.mark.parametrize("after", [10_000, 9_000_000, 22_000_000])
def test_a_cut_in_the_middle_of_a_file_is_gone_on_from(pair, link, after):
    near, far = pair
    gil, content = Person(near, "Gil"), os.urandom(24_000_000)
    song = make_song(near, gil, "Long", content)
    begun = link.passed
    link.cut(after=after)
    push(near)
    until(lambda: state(near, song) == "failed")
    assert not link.is_open
    link.mend()
    assert copy_of(far, song) is None
    push(near)
    until(lambda: copy_of(far, song), 90)
    assert far.client("SUPABASE_SERVICE_ROLE_KEY").storage.from_("music").download(f"{gil.id}/{song['id']}.wav") == content
    assert not list((pathlib.Path(far.data) / "storage" / ".uploads").glob("*"))
    # What had arrived was not sent again, but for the part that was cut.
    until(lambda: state(near, song) == "pushed")
    assert link.passed - begun < len(content) + 7_000_000


def test_a_kill_in_the_middle_is_gone_on_from(pair, link):
    near, far = pair
    ivy, content = Person(near, "Ivy"), os.urandom(24_000_000)
    song = make_song(near, ivy, "Longer", content)
    begun = link.passed
    link.hold(after=15_000_000)
    push(near)
    until(lambda: link.is_held)
    near.process.kill()
    near.process.wait()
    link.mend()
    # What a dead process held is free again after a while; push() does not wait for that.
    near.start(workers=1)
    push(near)
    until(lambda: copy_of(far, song), 90)
    assert far.client("SUPABASE_SERVICE_ROLE_KEY").storage.from_("music").download(f"{ivy.id}/{song['id']}.wav") == content
    assert len(far.client("SUPABASE_SERVICE_ROLE_KEY").storage.from_("music").list(ivy.id)) == 1
    assert link.passed - begun < len(content) + 7_000_000


def test_what_is_refused_is_said(pair):
    near, far = pair
    hal = Person(near, "Hal")
    song = make_song(near, hal, "Refused", b"x")
    near.sql("-c", f"delete from storage.objects where name like '%{song['id']}%'")
    push(near)
    until(lambda: state(near, song) == "failed")
    assert "not in the storage" in ask(near, hal, "GET", f"/songs/{song['id']}")["sync"]["error"]
    assert copy_of(far, song) is None


def test_without_a_second_server_nothing_is_shown(server, ada, new_song):
    song = new_song(ada, "At home")
    assert ask(server, ada, "GET", f"/songs/{song['id']}")["sync"] is None
    assert ask(server, ada, "GET", "/sync")["target"] is None
