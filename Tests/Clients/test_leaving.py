"""Leaving: an account goes with everything that is the person's, and before that everything can be taken along."""

import hashlib
import io
import json
import pathlib
import time
import uuid
import zipfile

import httpx
import pytest
from conftest import Person, Server
from storage3.exceptions import StorageApiError
from supabase_auth.errors import AuthApiError
from test_storage import PNG, token, versions
from test_storage_files import b64


@pytest.fixture(scope="module")
def server(binary):
    """With a worker of its own."""
    server = Server(binary)
    server.start(workers=1)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def service(server):
    return server.client("SUPABASE_SERVICE_ROLE_KEY")


def account(server, person, method="DELETE", path="/account", **options):
    return httpx.request(
        method, server.keys["SUPABASE_URL"] + path, headers={"Authorization": f"Bearer {token(person)}"}, timeout=60, **options)


def furnish(server, service, person):
    """A song with its files, an avatar, an artist with a Live set, a playlist: what somebody has after a while."""
    song = service.table("songs").insert({
        "user_id": person.id, "title": "Tide", "storage_path": f"music/{person.id}/{uuid.uuid4()}.wav"}).execute().data[0]
    service.storage.from_("music").upload(f"{person.id}/{song['id']}.wav", b"sound of " + person.name.encode(), {"content-type": "audio/wav"})
    outputs = pathlib.Path(server.data) / "outputs"
    for ending in [".wav", "_input_params.json", "_peaks.json"]:
        (outputs / (song["id"] + ending)).write_bytes(b"made")
    person.client.storage.from_("avatars").upload(f"{person.id}/face.png", PNG, {"content-type": "image/png"})
    artist = person.table("artists").insert({"name": f"Artist of {person.name} {uuid.uuid4().hex[:6]}"}).execute().data[0]
    summary = {"als_filename": "set.als", "parse_id": uuid.uuid4().hex, "summary": {"tempo": 124}, "artist_id": artist["id"]}
    service.table("als_summaries").insert(summary).execute()
    person.client.storage.from_("dawa-exports").upload(f"artists/{artist['slug']}/set.zip", b"PK")
    person.table("user_playlists").insert({"user_id": person.id, "name": "Mornings"}).execute()
    return song, artist


def left_of(server, person) -> dict:
    """Tables in which the person's id still stands somewhere, with the number of rows."""
    script = """
        create temp table found (name text, rows bigint);
        do $$ declare t record; n bigint; begin
            for t in select table_schema s, table_name n from information_schema.tables
                where table_schema in ('public', 'auth', 'storage', 'continuo') and table_type = 'BASE TABLE' loop
                execute format('select count(*) from %I.%I r where r::text like %L', t.s, t.n, '%PERSON%') into n;
                if n > 0 then insert into found values (t.s || '.' || t.n, n); end if;
            end loop;
        end $$;
        select json_object_agg(name, rows) from found""".replace("PERSON", person.id)
    return json.loads(server.sql("-c", script).strip() or "null") or {}


def wait_for(check, seconds=15):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


def outputs(server, song) -> list:
    return list((pathlib.Path(server.data) / "outputs").glob(song["id"] + "*"))


def test_leaving_takes_rows_objects_and_files(server, service):
    person, stays = Person(server, "Gone"), Person(server, "Stays")
    before = versions(server)
    song, artist = furnish(server, service, person)
    kept, _ = furnish(server, service, stays)
    for body, code in [({}, "reauthentication_needed"), ({"password": "wrong one"}, "reauthentication_not_valid"),
                       ({"nonce": "123456"}, "reauthentication_not_valid"), ({"pass": "x"}, "invalid_request")]:
        answer = account(server, person, json=body)
        assert answer.status_code in (400, 403) and answer.json()["error"]["code"] == code, answer.text
    assert account(server, person, json={"password": person.password}).status_code == 204
    assert httpx.get(server.keys["SUPABASE_URL"] + f"/storage/v1/object/public/avatars/{person.id}/face.png").status_code == 400
    assert account(server, person, "GET", "/account/export").status_code == 404
    with pytest.raises(AuthApiError):
        server.client().auth.sign_in_with_password({"email": person.email, "password": person.password})
    wait_for(lambda: not outputs(server, song) and len(versions(server) - before) == 3)
    # The log knows that an account went, and its number; nothing else is left, not even the address.
    assert set(left_of(server, person)) <= {"auth.audit_log_entries", "continuo.jobs"}
    assert server.sql("-c", f"select count(*) from auth.audit_log_entries where payload::text like '%{person.email}%'").strip() == "0"
    assert service.table("artists").select("id").eq("id", artist["id"]).execute().data == []
    assert len(outputs(server, kept)) == 3 and stays.client.storage.from_("avatars").download(f"{stays.id}/face.png") == PNG


def test_administrators_delete_with_everything_too(server, service):
    person = Person(server, "Removed")
    song, _ = furnish(server, service, person)
    service.auth.admin.delete_user(person.id)
    with pytest.raises(AuthApiError):
        service.auth.admin.get_user_by_id(person.id)
    wait_for(lambda: not outputs(server, song))
    assert set(left_of(server, person)) <= {"auth.audit_log_entries", "continuo.jobs"}


def test_who_has_no_address_leaves_with_the_session_alone(server):
    client = server.client()
    client.auth.sign_in_anonymously()
    headers = {"Authorization": f"Bearer {client.auth.get_session().access_token}"}
    assert httpx.delete(server.keys["SUPABASE_URL"] + "/account", headers=headers).status_code == 204
    assert httpx.delete(server.keys["SUPABASE_URL"] + "/account", headers=headers).status_code in (403, 404)
    assert httpx.delete(server.keys["SUPABASE_URL"] + "/account", headers={"apikey": server.keys["SUPABASE_ANON_KEY"]}).status_code == 401


def test_a_code_by_mail_is_as_good_as_the_password(server):
    person = Person(server, "Mailed")
    person.client.auth.reauthenticate()
    code = server.mails(person.email)[0].code
    assert account(server, person, json={"nonce": code}).status_code == 204


def test_an_artist_that_others_share_stays_with_them(server, service):
    owner, editor, viewer = Person(server, "Owner"), Person(server, "Editor"), Person(server, "Viewer")
    _, artist = furnish(server, service, owner)
    for person, role in [(viewer, "viewer"), (editor, "editor")]:
        service.table("user_artists").insert({"user_id": person.id, "artist_id": artist["id"], "role": role}).execute()
    assert account(server, owner, json={"password": owner.password}).status_code == 204
    members = service.table("user_artists").select("user_id,role").eq("artist_id", artist["id"]).execute().data
    assert {m["user_id"]: m["role"] for m in members} == {editor.id: "owner", viewer.id: "viewer"}
    assert editor.client.storage.from_("dawa-exports").download(f"artists/{artist['slug']}/set.zip") == b"PK"
    assert set(left_of(server, owner)) <= {"auth.audit_log_entries", "continuo.jobs"}


def test_files_go_also_when_the_server_is_killed_in_between(binary):
    server = Server(binary)
    server.start(workers=0)
    try:
        person = Person(server, "Cut")
        song, _ = furnish(server, server.client("SUPABASE_SERVICE_ROLE_KEY"), person)
        files = versions(server)
        assert account(server, person, json={"password": person.password}).status_code == 204
        server.process.kill()
        server.process.wait()
        assert len(outputs(server, song)) == 3 and versions(server) == files
        server.start(workers=1)
        wait_for(lambda: not outputs(server, song) and not versions(server))
    finally:
        server.remove()


def test_nothing_is_stored_in_the_name_of_somebody_who_is_gone(server, service):
    person = Person(server, "Ghost")
    upload = httpx.post(server.keys["SUPABASE_URL"] + "/storage/v1/upload/resumable", headers={
        "Authorization": f"Bearer {token(person)}", "Tus-Resumable": "1.0.0", "Upload-Length": "2",
        "Upload-Metadata": f"bucketName {b64('music')},objectName {b64(person.id + '/take.wav')}"}).headers["location"]
    files, key = person.client.storage.from_("avatars"), token(person)
    assert account(server, person, json={"password": person.password}).status_code == 204
    with pytest.raises(StorageApiError) as caught:
        files.upload(f"{person.id}/late.png", PNG, {"content-type": "image/png"})
    assert str(caught.value.status) == "403"
    answer = httpx.patch(upload, content=b"xy", headers={
        "Authorization": f"Bearer {key}", "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    assert answer.status_code in (403, 404)
    assert set(left_of(server, person)) <= {"auth.audit_log_entries", "continuo.jobs"}


# MARK: Taking along

def test_exports_wait_for_each_other(server):
    person = Person(server, "Eager")
    server.sql("-c", f"""insert into public.user_history (user_id, platform, track_name, artist)
        select '{person.id}', 'spotify', repeat('x', 1000), 'y' from generate_series(1, 20000) n""")
    headers = {"Authorization": f"Bearer {token(person)}"}
    url = server.keys["SUPABASE_URL"] + "/account/export"
    assert httpx.head(url, headers=headers).status_code == 200
    with httpx.stream("GET", url, headers=headers, timeout=60) as first:
        assert first.status_code == 200
        second = httpx.get(url, headers=headers)
        assert second.status_code == 429 and second.json()["error"]["code"] == "export_busy"
    wait_for(lambda: httpx.get(url, headers=headers, timeout=60).status_code == 200)


def test_everything_can_be_taken_along(server, service):
    person, other = Person(server, "Taker"), Person(server, "Other")
    song, artist = furnish(server, service, person)
    furnish(server, service, other)
    answer = account(server, person, "GET", "/account/export")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith('attachment; filename="Continuo ')
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = set(archive.namelist())
    assert json.loads(archive.read("account.json"))["email"] == person.email
    assert archive.read(f"files/music/{person.id}/{song['id']}.wav") == b"sound of Taker"
    assert archive.read(f"files/avatars/{person.id}/face.png") == PNG
    assert archive.read(f"files/dawa-exports/artists/{artist['slug']}/set.zip") == b"PK"
    assert [row["id"] for row in json.loads(archive.read("rows/songs.json"))] == [song["id"]]
    assert [row["name"] for row in json.loads(archive.read("rows/user_playlists.json"))] == ["Mornings"]
    assert [row["slug"] for row in json.loads(archive.read("rows/artists.json"))] == [artist["slug"]]
    assert json.loads(archive.read("rows/votes.json")) == []
    [live_set] = [name for name in names if name.startswith("live-sets/")]
    assert json.loads(archive.read(live_set)) == {"tempo": 124}
    lines = archive.read("checksums.sha256").decode().splitlines()
    assert {line.split("  ", 1)[1] for line in lines} == names - {"checksums.sha256"}
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert other.id.encode() not in answer.content and b"encrypted_password" not in answer.content


def test_a_long_history_is_taken_along_whole(server, service):
    person = Person(server, "Listener")
    server.sql("-c", f"""insert into public.user_history (user_id, platform, track_name, artist, played_at)
        select '{person.id}', 'spotify', repeat('x', 200), 'y', now() - n * interval '1 minute' from generate_series(1, 30000) n""")
    archive = zipfile.ZipFile(io.BytesIO(account(server, person, "GET", "/account/export").content))
    assert len(json.loads(archive.read("rows/user_history.json"))) == 30_000


def test_a_file_that_is_lost_does_not_keep_the_rest(server, service):
    person = Person(server, "Unlucky")
    song, _ = furnish(server, service, person)
    version = service.storage.from_("avatars").info(f"{person.id}/face.png")["version"]
    (pathlib.Path(server.data) / "storage" / version[:2] / version).unlink()
    archive = zipfile.ZipFile(io.BytesIO(account(server, person, "GET", "/account/export").content))
    assert f"avatars/{person.id}/face.png" in archive.read("missing.txt").decode()
    assert archive.read(f"files/music/{person.id}/{song['id']}.wav")
