"""Uploads in parts, by the tus protocol: they go on after any interruption, and end as ordinary objects."""

import base64
import os
import pathlib
import socket
import threading
import time
import uuid

import httpx
import pytest
from conftest import Server
from test_storage import PNG, token, unfinished, versions


@pytest.fixture(scope="module")
def tus(server):
    """Speaks tus: tus(method, path or address, headers, body, key=…)."""
    client = httpx.Client(timeout=60)
    base = server.keys["SUPABASE_URL"] + "/storage/v1/upload/resumable"

    def send(method, path="", headers=None, content=None, key=server.keys["SUPABASE_SERVICE_ROLE_KEY"], version="1.0.0"):
        given = {"Tus-Resumable": version} if version else {}
        if key:
            given["Authorization"] = f"Bearer {key}"
        return client.request(method, path if path.startswith("http") else base + path, headers={**given, **(headers or {})}, content=content)
    return send


def described(bucket, name, **more) -> str:
    members = {"bucketName": bucket, "objectName": name, **more}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in members.items())


def begin(tus, bucket, name, size, key=None, headers=None, **more):
    options = {"key": key} if key else {}
    answer = tus("POST", headers={"Upload-Length": str(size), "Upload-Metadata": described(bucket, name, **more), **(headers or {})}, **options)
    assert answer.status_code == 201, answer.text
    assert answer.headers["upload-expires"] and answer.headers["tus-resumable"] == "1.0.0"
    return answer.headers["location"]


def part(offset) -> dict:
    return {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def bucket(service):
    service.storage.create_bucket("parts")
    yield "parts"
    service.storage.empty_bucket("parts")
    service.storage.delete_bucket("parts")


def test_an_upload_in_parts_becomes_an_object(server, service, tus, bucket):
    content = os.urandom(13_000_000)
    place = begin(tus, bucket, "long.wav", len(content), contentType="audio/wav", cacheControl="60", metadata='{"take":2}')
    for offset in range(0, len(content), 6_000_000):
        assert not service.storage.from_(bucket).exists("long.wav")
        state = tus("HEAD", place)
        assert state.headers["upload-offset"] == str(offset) and state.headers["upload-length"] == str(len(content))
        assert state.headers["cache-control"] == "no-store"
        assert "objectName bG9uZy53YXY=" in state.headers["upload-metadata"]
        answer = tus("PATCH", place, part(offset), content[offset:offset + 6_000_000])
        assert answer.status_code == 204 and int(answer.headers["upload-offset"]) == min(offset + 6_000_000, len(content))
    info = service.storage.from_(bucket).info("long.wav")
    assert (info["size"], info["content_type"], info["cache_control"], info["metadata"]) == (13_000_000, "audio/wav", "max-age=60", {"take": 2})
    assert service.storage.from_(bucket).download("long.wav") == content
    # It stays known: the client may have lost the last answer.
    assert tus("HEAD", place).headers["upload-offset"] == str(len(content))
    assert tus("PATCH", place, part(len(content))).status_code == 204
    assert tus("PATCH", place, part(0), b"x").status_code == 409
    assert tus("DELETE", place).status_code == 204 and tus("HEAD", place).status_code == 404
    assert service.storage.from_(bucket).download("long.wav") == content


def test_an_upload_that_the_database_missed_is_an_object_when_somebody_asks(server, service, tus, bucket):
    place = begin(tus, bucket, "late", 5)
    server.sql("-c", """create function public.test_refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not now' using errcode = '57014'; end $$;
        create trigger test_refuse before insert on storage.objects for each row execute function public.test_refuse()""")
    try:
        assert tus("PATCH", place, part(0), b"hello").status_code == 503
        assert tus("HEAD", place).status_code == 503
    finally:
        server.sql("-c", "drop trigger test_refuse on storage.objects; drop function public.test_refuse()")
    assert tus("HEAD", place).headers["upload-offset"] == "5"
    assert service.storage.from_(bucket).download("late") == b"hello"


def test_the_place_of_an_upload_is_where_the_client_reached_the_server(tus, server, bucket):
    port = httpx.URL(server.keys["SUPABASE_URL"]).port
    answer = tus("POST", f"http://localhost:{port}/storage/v1/upload/resumable", {
        "Upload-Length": "1", "Upload-Metadata": described(bucket, "from elsewhere")})
    assert answer.headers["location"].startswith(f"http://localhost:{port}/storage/v1/upload/resumable/")
    forwarded = tus("POST", "", {"Upload-Length": "1", "Upload-Metadata": described(bucket, "from afar"),
                                 "X-Forwarded-Host": "music.example.com", "X-Forwarded-Proto": "https"})
    assert forwarded.headers["location"].startswith("https://music.example.com/storage/v1/upload/resumable/")


def test_pages_of_other_sites_read_how_far_an_upload_is(tus, server, bucket):
    place = begin(tus, bucket, "from a page", 5)
    shown = tus("HEAD", place, {"Origin": "https://app.example.com"}).headers["access-control-expose-headers"].lower()
    assert all(name in shown for name in ["location", "upload-offset", "upload-length", "tus-resumable"])
    tus("DELETE", place)


def test_what_it_can_is_said(tus, server):
    answer = tus("OPTIONS", key=None, version=None)
    assert answer.status_code == 204 and answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,creation-with-upload,expiration,termination"
    assert int(answer.headers["tus-max-size"]) > 10**9


def test_a_first_part_may_come_with_the_creation(service, tus, bucket):
    headers = {"Upload-Length": "5", "Upload-Metadata": described(bucket, "short"), "Content-Type": "application/offset+octet-stream"}
    answer = tus("POST", headers=headers, content=b"hel")
    assert answer.status_code == 201 and answer.headers["upload-offset"] == "3"
    assert tus("PATCH", answer.headers["location"], part(3), b"lo").status_code == 204
    assert service.storage.from_(bucket).download("short") == b"hello"
    whole = tus("POST", headers={**headers, "Upload-Metadata": described(bucket, "at once")}, content=b"hello")
    assert whole.status_code == 201 and service.storage.from_(bucket).download("at once") == b"hello"
    begin(tus, bucket, "empty", 0)
    assert service.storage.from_(bucket).download("empty") == b""


def test_what_does_not_fit_is_refused_with_the_protocol_s_status(tus, bucket, service):
    place = begin(tus, bucket, "strict", 10)
    assert tus("PATCH", place, part(3), b"x").status_code == 409
    assert tus("PATCH", place, {"Upload-Offset": "0"}, b"x").status_code == 415
    assert tus("PATCH", place, part(0), b"x" * 11).status_code == 413
    assert tus("HEAD", place, version="0.2.0").status_code == 412
    assert tus("HEAD", place, version=None).status_code == 412
    assert tus("HEAD", "/" + str(uuid.uuid4())).status_code == 404 and tus("HEAD", "/nonsense").status_code == 404
    for headers in [{"Upload-Length": "-1"}, {"Upload-Length": "x"}, {}, {"Upload-Length": "9" * 17}]:
        assert tus("POST", headers={"Upload-Metadata": described(bucket, "x"), **headers}).status_code in (400, 413), headers
    for metadata in ["", "bucketName", "bucketName !!!,objectName eA==", described(bucket, "../x"), described("nowhere", "x")]:
        assert tus("POST", headers={"Upload-Length": "1", "Upload-Metadata": metadata}).status_code in (400, 404), metadata
    service.storage.update_bucket(bucket, {"file_size_limit": 100, "allowed_mime_types": ["audio/*"]})
    try:
        assert tus("POST", headers={"Upload-Length": "101", "Upload-Metadata": described(bucket, "x", contentType="audio/wav")}).status_code == 413
        assert tus("POST", headers={"Upload-Length": "1", "Upload-Metadata": described(bucket, "x", contentType="text/html")}).status_code == 415
    finally:
        service.storage.update_bucket(bucket, {"file_size_limit": None, "allowed_mime_types": None})


def test_an_upload_can_be_given_up(tus, bucket, server):
    before = unfinished(server)
    place = begin(tus, bucket, "given up", 10)
    tus("PATCH", place, part(0), b"12345")
    assert len(unfinished(server)) == len(before) + 1
    assert tus("DELETE", place).status_code == 204
    assert tus("HEAD", place).status_code == 404 and unfinished(server) == before


def test_a_connection_that_breaks_loses_nothing_that_arrived(server, service, tus, bucket):
    content = os.urandom(3_000_000)
    place = begin(tus, bucket, "broken off", len(content))
    address = httpx.URL(place)
    with socket.create_connection((address.host, address.port)) as connection:
        head = (f"PATCH {address.path} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
                f"Authorization: Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}\r\n"
                f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n")
        connection.sendall(head.encode() + content[:2_000_000])
        time.sleep(0.5)
    deadline = time.monotonic() + 10
    while (answer := tus("HEAD", place)).headers["upload-offset"] == "0" and time.monotonic() < deadline:
        time.sleep(0.1)
    offset = int(answer.headers["upload-offset"])
    assert 0 < offset <= 2_000_000
    # The first request may hold the upload for a moment still.
    while (answer := tus("PATCH", place, part(offset), content[offset:])).status_code == 409 and time.monotonic() < deadline:
        offset = int(tus("HEAD", place).headers["upload-offset"])
    while answer.status_code == 423 and time.monotonic() < deadline:
        answer = tus("PATCH", place, part(offset), content[offset:])
    assert answer.status_code == 204, answer.text
    assert service.storage.from_(bucket).download("broken off") == content


def test_one_request_at_a_time_writes(server, tus, bucket):
    place = begin(tus, bucket, "shared", 200_000)
    started, go_on = threading.Event(), threading.Event()

    def slowly():
        yield b"x" * 100_000
        started.set()
        go_on.wait(20)
        yield b"x" * 100_000

    answers = []
    thread = threading.Thread(target=lambda: answers.append(httpx.patch(place, headers={
        **part(0), "Tus-Resumable": "1.0.0", "Authorization": f"Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}"}, content=slowly(), timeout=30)))
    thread.start()
    started.wait(10)
    deadline = time.monotonic() + 10
    # Until the first request has taken hold, a part from the beginning would be as good as its own: ask with one that never fits.
    while (status := tus("PATCH", place, part(7), b"x").status_code) != 423 and time.monotonic() < deadline:
        time.sleep(0.05)
    go_on.set()
    thread.join()
    assert status == 423 and answers[0].status_code == 204


def test_nobody_goes_on_with_another_s_upload(tus, ada, ben, anon, server):
    name = f"{ada.id}/tus-{uuid.uuid4().hex}.png"
    place = begin(tus, "avatars", name, len(PNG), key=token(ada), contentType="image/png")
    for key in [token(ben), server.keys["SUPABASE_ANON_KEY"]]:
        assert tus("HEAD", place, key=key).status_code == 404
        assert tus("PATCH", place, part(0), PNG, key=key).status_code == 404
        assert tus("DELETE", place, key=key).status_code == 404
    assert tus("HEAD", place, key=None).status_code == 403
    refused = tus("POST", headers={"Upload-Length": "1", "Upload-Metadata": described("avatars", name, contentType="image/png")}, key=token(ben))
    assert refused.status_code == 403 and refused.json()["error"] == "Unauthorized"
    assert tus("PATCH", place, part(0), PNG, key=token(ada)).status_code == 204
    assert ada.client.storage.from_("avatars").download(name) == PNG
    row = ada.client.storage.from_("avatars").remove([name])[0]
    assert row["owner"] == ada.id


def test_an_object_that_came_meanwhile_is_kept_unless_it_may_be_replaced(service, tus, bucket, server):
    late, upsert = begin(tus, bucket, "raced", 3), begin(tus, bucket, "raced", 3, headers={"x-upsert": "true"})
    service.storage.from_(bucket).upload("raced", b"won")
    answer = tus("PATCH", late, part(0), b"two")
    assert answer.status_code == 409 and answer.json()["error"] == "Duplicate"
    assert service.storage.from_(bucket).download("raced") == b"won"
    assert tus("PATCH", upsert, part(0), b"two").status_code == 204
    assert service.storage.from_(bucket).download("raced") == b"two"


def test_a_signature_stands_for_the_key(server, ada, tus):
    name = f"{ada.id}/tus-signed-{uuid.uuid4().hex}.png"
    signed = ada.client.storage.from_("avatars").create_signed_upload_url(name)["token"]
    headers = {"x-signature": signed, "Upload-Length": str(len(PNG)), "Upload-Metadata": described("avatars", name, contentType="image/png")}
    answer = tus("POST", "/sign", headers=headers, key=None)
    assert answer.status_code == 201, answer.text
    other = {**headers, "Upload-Metadata": described("avatars", f"{ada.id}/else.png", contentType="image/png")}
    assert tus("POST", "/sign", headers=other, key=None).status_code == 400
    place = answer.headers["location"]
    assert "/sign/" in place and tus("HEAD", place, key=None).status_code == 403
    assert tus("PATCH", place, {**part(0), "x-signature": signed}, PNG, key=None).status_code == 204
    assert ada.client.storage.from_("avatars").remove([name])[0]["owner"] == ada.id


def test_uploads_survive_a_kill_and_old_ones_are_swept(binary):
    server = Server(binary)
    server.start()
    try:
        service = server.client("SUPABASE_SERVICE_ROLE_KEY")
        service.storage.create_bucket("kept")
        key = {"Authorization": f"Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}", "Tus-Resumable": "1.0.0"}
        content, base = os.urandom(2_000_000), server.keys["SUPABASE_URL"]
        place = httpx.post(base + "/storage/v1/upload/resumable", headers={
            **key, "Upload-Length": str(len(content)), "Upload-Metadata": described("kept", "x")}).headers["location"]
        assert httpx.patch(place, headers={**key, **part(0)}, content=content[:1_500_000]).status_code == 204
        server.process.kill()
        server.process.wait()
        server.start()
        place = place.replace(base, server.keys["SUPABASE_URL"])
        assert httpx.head(place, headers=key).headers["upload-offset"] == "1500000"
        assert httpx.patch(place, headers={**key, **part(1_500_000)}, content=content[1_500_000:]).status_code == 204
        assert server.client("SUPABASE_SERVICE_ROLE_KEY").storage.from_("kept").download("x") == content
        assert not unfinished(server) and len(versions(server)) == 1
    finally:
        server.remove()


def test_links_and_uploads_live_as_long_as_is_set(binary):
    server = Server(binary, CONTINUO_STORAGE_UPLOAD_LINK_LIFETIME="1", CONTINUO_STORAGE_UPLOAD_LIFETIME="1")
    server.start()
    try:
        files = server.client("SUPABASE_SERVICE_ROLE_KEY").storage
        files.create_bucket("brief")
        signed = files.from_("brief").create_signed_upload_url("x")
        key = {"Authorization": f"Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}", "Tus-Resumable": "1.0.0"}
        place = httpx.post(server.keys["SUPABASE_URL"] + "/storage/v1/upload/resumable", headers={
            **key, "Upload-Length": "1", "Upload-Metadata": described("brief", "y")}).headers["location"]
        assert httpx.head(place, headers=key).status_code == 200
        time.sleep(1.5)
        assert httpx.head(place, headers=key).status_code == 404
        assert httpx.put(signed["signed_url"], content=b"x").json()["error"] == "InvalidJWT"
    finally:
        server.remove()
