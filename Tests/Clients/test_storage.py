"""Storage: what supabase's client offers for buckets and objects, and what HTTP promises beneath it."""

import base64
import json
import os
import pathlib
import random
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import jwt
import pytest
from conftest import Person
from storage3.exceptions import StorageApiError

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def refused(run) -> StorageApiError:
    with pytest.raises(StorageApiError) as caught:
        run()
    return caught.value


def versions(server) -> set[str]:
    """The files that the data folder holds."""
    folder = pathlib.Path(server.data) / "storage"
    return {file.name for file in folder.glob("[0-9a-f][0-9a-f]/*")}


def unfinished(server) -> list:
    folder = pathlib.Path(server.data) / "storage"
    return sorted(folder.glob(".drafts/*")) + sorted(folder.glob(".uploads/*"))


@pytest.fixture(scope="session")
def http(server):
    """Speaks HTTP with the service key: http(method, path, **options)."""
    client = httpx.Client(base_url=server.keys["SUPABASE_URL"] + "/storage/v1", timeout=60)

    def send(method, path, key=server.keys["SUPABASE_SERVICE_ROLE_KEY"], headers=None, **options):
        given = {"Authorization": f"Bearer {key}"} if key else {}
        return client.request(method, path, headers={**given, **(headers or {})}, **options)
    return send


@pytest.fixture
def bucket(service):
    """A fresh private bucket: its name."""
    name = "b-" + uuid.uuid4().hex[:10]
    service.storage.create_bucket(name)
    yield name
    service.storage.empty_bucket(name)
    service.storage.delete_bucket(name)


def token(person) -> str:
    return person.client.auth.get_session().access_token


# MARK: Buckets

def test_buckets_are_made_changed_emptied_and_deleted(service):
    storage, name = service.storage, "b-" + uuid.uuid4().hex[:10]
    assert storage.create_bucket(name, options={"public": True, "file_size_limit": "20kb", "allowed_mime_types": ["image/*"]}) == {"name": name}
    bucket = storage.get_bucket(name)
    assert (bucket.public, bucket.file_size_limit, bucket.allowed_mime_types, bucket.type) == (True, 20000, ["image/*"], "STANDARD")
    assert storage.update_bucket(name, {"public": False})["message"] == "Successfully updated"
    changed = storage.get_bucket(name)
    assert (changed.public, changed.file_size_limit, changed.allowed_mime_types) == (False, 20000, ["image/*"])
    assert name in [b.id for b in storage.list_buckets()]
    storage.from_(name).upload("a/b.png", PNG, {"content-type": "image/png"})
    full = refused(lambda: storage.delete_bucket(name))
    assert (full.status, full.message) == ("409", "The bucket you tried to delete is not empty")
    assert storage.empty_bucket(name)["message"].startswith("Empty bucket has been queued")
    assert storage.from_(name).list() == []
    assert storage.delete_bucket(name)["message"] == "Successfully deleted"
    assert refused(lambda: storage.get_bucket(name)).code == "Bucket not found"


def test_buckets_are_listed_by_name_and_in_pages(http, bucket):
    names = [b["name"] for b in http("GET", "/bucket").json()]
    assert names == sorted(names) and "avatars" in names
    assert [b["name"] for b in http("GET", "/bucket?sortOrder=desc&limit=1").json()] == [names[-1]]
    assert [b["name"] for b in http("GET", "/bucket?offset=1&limit=1").json()] == [names[1]]
    assert [b["name"] for b in http("GET", f"/bucket?search={bucket}").json()] == [bucket]
    assert http("GET", "/bucket?sortColumn=owner;drop").status_code == 400


def test_buckets_are_for_the_service_alone_without_policies(ada, anon):
    for client in [ada.client, anon]:
        assert client.storage.list_buckets() == []
        error = refused(lambda: client.storage.create_bucket("mine"))
        assert (error.status, error.code, error.message) == ("403", "Unauthorized", "new row violates row-level security policy")
        assert refused(lambda: client.storage.get_bucket("avatars")).code == "Bucket not found"
        assert refused(lambda: client.storage.delete_bucket("avatars")).code == "Bucket not found"


@pytest.mark.parametrize("name", ["", " a", "a/b", "a\\b", "ä", "x" * 101, "a\0b", "a\nb"])
def test_names_of_buckets_are_bounded(service, name):
    assert refused(lambda: service.storage.create_bucket(name)).code in ("Invalid Input", "InvalidRequest")


def test_a_bucket_exists_once(service, bucket):
    error = refused(lambda: service.storage.create_bucket(bucket))
    assert (error.status, error.code, error.message) == ("409", "Duplicate", "The resource already exists")


def test_limits_that_cannot_be_are_refused(http, bucket):
    for body in [{"file_size_limit": "many"}, {"file_size_limit": -1}, {"file_size_limit": 1e15}, {"public": "yes"},
                 {"allowed_mime_types": "image/png"}, {"allowed_mime_types": ["not a type"]}]:
        assert http("PUT", f"/bucket/{bucket}", json=body).status_code == 400, body


# MARK: Putting and getting

def test_an_object_comes_back_as_it_was_put(server, service, bucket):
    files, content = service.storage.from_(bucket), os.urandom(300_000)
    answer = files.upload("folder/song 1.wav", content, {"content-type": "audio/wav", "cache-control": "60", "metadata": {"bpm": 120}})
    assert answer.path == "folder/song 1.wav" and answer.full_path == f"{bucket}/folder/song 1.wav"
    assert files.download("folder/song 1.wav") == content
    info = files.info("folder/song 1.wav")
    assert (info["name"], info["size"], info["content_type"], info["cache_control"], info["metadata"]) == (
        "folder/song 1.wav", 300_000, "audio/wav", "max-age=60", {"bpm": 120})
    assert info["version"] in versions(server) and info["etag"] and info["bucket_id"] == bucket
    assert files.exists("folder/song 1.wav") and not files.exists("folder/other.wav")


def test_an_object_is_replaced_only_when_asked_and_its_file_goes(server, service, bucket):
    files = service.storage.from_(bucket)
    files.upload("a.txt", b"one", {"content-type": "text/plain"})
    first = files.info("a.txt")
    assert refused(lambda: files.upload("a.txt", b"two")).code == "Duplicate"
    assert files.download("a.txt") == b"one"
    files.upload("a.txt", b"three", {"upsert": "true", "content-type": "text/plain"})
    second = files.info("a.txt")
    assert second["id"] == first["id"] and second["version"] != first["version"] and second["etag"] != first["etag"]
    files.update("a.txt", b"four")
    assert files.download("a.txt") == b"four"
    assert refused(lambda: files.update("none.txt", b"x")).status == "404"
    assert {first["version"], second["version"]}.isdisjoint(versions(server))


def test_plain_bodies_are_taken_as_they_are(http, bucket):
    metadata = base64.b64encode(b'{"mood":"calm"}').decode()
    answer = http("POST", f"/object/{bucket}/raw.bin", content=b"\x00\xff", headers={
        "Content-Type": "application/x-thing", "Cache-Control": "max-age=5, private", "x-metadata": metadata})
    assert answer.status_code == 200 and answer.json()["Key"] == f"{bucket}/raw.bin" and uuid.UUID(answer.json()["Id"])
    got = http("GET", f"/object/{bucket}/raw.bin")
    assert got.content == b"\x00\xff" and got.headers["content-type"] == "application/x-thing"
    assert got.headers["cache-control"] == "max-age=5, private"
    assert http("GET", f"/object/info/{bucket}/raw.bin").json()["metadata"] == {"mood": "calm"}
    assert http("POST", f"/object/{bucket}/bad", content=b"x", headers={"x-metadata": "!"}).status_code == 400


def test_empty_objects_are_objects(http, bucket):
    assert http("POST", f"/object/{bucket}/nothing", content=b"").status_code == 200
    got = http("GET", f"/object/{bucket}/nothing")
    assert got.status_code == 200 and got.content == b"" and got.headers["content-length"] == "0"
    assert http("POST", f"/object/{bucket}/form", files={"": ("x", b"", "text/plain")}).status_code == 200
    assert http("GET", f"/object/{bucket}/form").content == b""


def test_fields_of_a_form_count_wherever_they_stand(http, bucket):
    boundary = "--=_b"
    def part(head, body):
        return f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n"
    body = (part('name=""; filename="a.txt"\r\nContent-Type: text/plain', "line\r\n--\r\n" + boundary)
            + part('name="cacheControl"', "7") + part('name="metadata"', '{"a":1}') + f"--{boundary}--\r\n")
    answer = http("POST", f"/object/{bucket}/form.txt", content=body.encode(), headers={
        "Content-Type": f'multipart/form-data; boundary="{boundary}"'})
    assert answer.status_code == 200, answer.text
    got = http("GET", f"/object/{bucket}/form.txt")
    assert got.text == "line\r\n--\r\n" + boundary and got.headers["cache-control"] == "max-age=7"
    assert http("GET", f"/object/info/{bucket}/form.txt").json()["metadata"] == {"a": 1}


@pytest.mark.parametrize("body,kind", [
    (b"", "multipart/form-data; boundary=b"), (b"--b\r\n", "multipart/form-data; boundary=b"), (b"x", "multipart/form-data"),
    (b"--b\r\nContent-Disposition: form-data; name=x; filename=y\r\n\r\nhalf", "multipart/form-data; boundary=b"),
    (b"--b\r\nno header\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"), (b"--b\r\n" + b"a: b\r\n" * 9000, "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\nno file\r\n--b--", "multipart/form-data; boundary=b")])
def test_broken_forms_are_refused_and_leave_nothing(server, http, bucket, body, kind):
    before, drafts = versions(server), unfinished(server)
    answer = http("POST", f"/object/{bucket}/broken", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400 and answer.json()["error"] == "InvalidRequest", answer.text
    assert http("GET", f"/object/info/{bucket}/broken").json()["code"] == "NoSuchKey"
    assert versions(server) == before and unfinished(server) == drafts


# MARK: HTTP

def test_parts_conditions_and_heads_are_answered_as_http_says(http, bucket):
    content = bytes(range(256)) * 4000
    http("POST", f"/object/{bucket}/x.bin", content=content)
    path = f"/object/authenticated/{bucket}/x.bin"
    whole = http("GET", path)
    tag, modified = whole.headers["etag"], whole.headers["last-modified"]
    assert whole.content == content and whole.headers["accept-ranges"] == "bytes" and tag.startswith('"')
    for header, start, end in [("bytes=0-9", 0, 10), ("bytes=500000-", 500_000, None), ("bytes=-7", -7, None), ("bytes=1023990-2000000", 1_023_990, None)]:
        part = http("GET", path, headers={"Range": header})
        assert part.status_code == 206 and part.content == content[start:end], header
        first = start % len(content)
        assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{len(content)}"
    past = http("GET", path, headers={"Range": "bytes=2000000-"})
    assert past.status_code == 416 and past.headers["content-range"] == f"bytes */{len(content)}"
    assert http("GET", path, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304
    assert http("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert http("GET", path, headers={"If-Modified-Since": modified}).status_code == 304
    assert http("GET", path, headers={"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"}).status_code == 304
    assert http("GET", path, headers={"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status_code == 200
    assert http("GET", path, headers={"If-Match": '"other"'}).status_code == 412
    assert http("GET", path, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
    assert http("GET", path, headers={"Range": "bytes=0-1", "If-Range": tag}).status_code == 206
    head = http("HEAD", path)
    assert head.status_code == 200 and head.content == b"" and head.headers["content-length"] == str(len(content))
    assert http("HEAD", f"/object/{bucket}/none").status_code == 400


def test_downloads_are_saved_under_the_name_that_is_asked_for(http, bucket):
    http("POST", f"/object/{bucket}/x.txt", content=b"x", headers={"Content-Type": "text/plain"})
    assert "content-disposition" not in http("GET", f"/object/{bucket}/x.txt").headers
    assert http("GET", f"/object/{bucket}/x.txt?download").headers["content-disposition"] == "attachment;"
    named = http("GET", f"/object/{bucket}/x.txt", params={"download": 'für "Elise"\r\nX: y.txt'}).headers
    name = "f%C3%BCr%20%22Elise%22%0D%0AX%3A%20y.txt"
    assert named["content-disposition"] == f"attachment; filename={name}; filename*=UTF-8''{name}" and "x" not in named


def test_what_people_upload_runs_nothing_in_the_browser(http, bucket):
    http("POST", f"/object/{bucket}/page.html", content=b"<script>1</script>", headers={"Content-Type": "text/html"})
    headers = http("GET", f"/object/{bucket}/page.html").headers
    assert headers["content-security-policy"].startswith("sandbox;") and headers["x-content-type-options"] == "nosniff"


# MARK: Errors

def test_errors_have_storage_s_shape(http, server):
    answer = http("GET", "/object/avatars/none.png")
    assert answer.status_code == 400
    assert answer.json() == {"statusCode": "404", "error": "not_found", "message": "Object not found", "code": "NoSuchKey"}
    assert http("POST", "/object/nowhere/x", content=b"x").json()["error"] == "Bucket not found"
    assert http("GET", "/object/avatars/x", key=None).json()["message"] == "headers must have required property 'authorization'"
    forged = http("GET", "/object/avatars/x", key="a.b.c").json()
    assert (forged["statusCode"], forged["error"]) == ("403", "Unauthorized")
    assert http("POST", "/object/list/avatars", content=b"{", headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize("name", ["../x", "a/../b", "a/./b", "a//b", "a/", "ä.png", "a\u0000b", "a%b", "a#b", "a\\b", "x" * 1025, "a\nb", "."])
def test_names_of_objects_are_bounded_and_lead_nowhere(http, bucket, server, name):
    encoded = "".join(f"%{byte:02X}" for byte in name.encode())
    answer = http("POST", f"/object/{bucket}/{encoded}", content=b"x")
    assert answer.status_code == 400 and answer.json()["error"] == "InvalidKey", answer.text
    moved = http("POST", "/object/copy", json={"bucketId": bucket, "sourceKey": "a", "destinationKey": name})
    assert moved.status_code == 400


def test_case_counts_and_all_allowed_marks_are_kept(service, bucket):
    files = service.storage.from_(bucket)
    names = ["Song.wav", "song.wav", "_!-.*'() &$@=;:+,?x", "a/B/c d.wav"]
    for name in names:
        files.upload(name.replace("?", "%3F"), name.encode())
    assert sorted(o.name for o in files.list_v2({"with_delimiter": False}).objects) == sorted(names)
    assert files.download("song.wav") == b"song.wav"


# MARK: Limits

def chunks(count, size=65_536):
    for _ in range(count):
        yield b"x" * size


def test_size_limits_hold_while_reading(server, service, http):
    name = "b-" + uuid.uuid4().hex[:10]
    service.storage.create_bucket(name, options={"file_size_limit": 100_000, "allowed_mime_types": ["audio/*", "text/plain"]})
    before, drafts = versions(server), unfinished(server)
    plain = {"Content-Type": "text/plain"}
    for body in [b"x" * 100_001, chunks(2)]:
        answer = http("POST", f"/object/{name}/big", content=body, headers=plain)
        assert answer.json()["statusCode"] == "413" and answer.json()["error"] == "Payload too large"
    answer = http("POST", f"/object/{name}/big", files={"": ("x", b"x" * 100_001, "text/plain")})
    assert answer.json()["message"] == "The object exceeded the maximum allowed size"
    assert http("POST", f"/object/{name}/fits", content=chunks(1), headers=plain).status_code == 200
    for kind, is_taken in [("text/html", False), ("audio/flac", True), ("text/plain; charset=utf-8", True), ("nonsense", False), ("image/png", False)]:
        answer = http("POST", f"/object/{name}/{uuid.uuid4()}", content=b"x", headers={"Content-Type": kind})
        assert (answer.status_code == 200) == is_taken, kind
        if not is_taken:
            assert answer.json()["code"] == "InvalidMimeType" and answer.json()["message"] == f"mime type {kind} is not supported"
    assert len(versions(server) - before) == 3 and unfinished(server) == drafts
    # Another way into the bucket is no way around its limits.
    other = "b-" + uuid.uuid4().hex[:10]
    service.storage.create_bucket(other)
    http("POST", f"/object/{other}/page", content=b"x", headers={"Content-Type": "text/html"})
    for way in ["move", "copy"]:
        answer = http("POST", f"/object/{way}", json={"bucketId": other, "sourceKey": "page", "destinationKey": "page", "destinationBucket": name})
        assert answer.json()["code"] == "InvalidMimeType"
    for bucket in [name, other]:
        service.storage.empty_bucket(bucket)
        service.storage.delete_bucket(bucket)


# MARK: Moving, copying, deleting

def test_objects_move_and_are_copied_with_what_belongs_to_them(server, service, bucket):
    files = service.storage.from_(bucket)
    files.upload("a.txt", b"one", {"content-type": "text/plain", "metadata": {"take": 1}})
    version = files.info("a.txt")["version"]
    assert files.move("a.txt", "deep/b.txt")["message"] == "Successfully moved"
    assert not files.exists("a.txt") and files.info("deep/b.txt")["version"] == version
    copied = files.copy("deep/b.txt", "c.txt")
    assert copied["Key"] == f"{bucket}/c.txt" and copied["name"] == "c.txt" and copied["user_metadata"] == {"take": 1}
    assert copied["version"] != version and {copied["version"], version} <= versions(server)
    files.remove(["deep/b.txt"])
    assert files.download("c.txt") == b"one" and files.info("c.txt")["content_type"] == "text/plain"
    files.upload("d.txt", b"two")
    assert refused(lambda: files.move("c.txt", "d.txt")).code == "Duplicate"
    assert refused(lambda: files.copy("c.txt", "d.txt")).code == "Duplicate"
    assert refused(lambda: files.move("none.txt", "e.txt")).status == "404"
    assert refused(lambda: files.copy("none.txt", "e.txt")).status == "404"


def test_objects_move_between_buckets(service, http, bucket):
    other = "b-" + uuid.uuid4().hex[:10]
    service.storage.create_bucket(other)
    service.storage.from_(bucket).upload("a.txt", b"one")
    body = {"bucketId": bucket, "sourceKey": "a.txt", "destinationKey": "b.txt", "destinationBucket": other}
    assert http("POST", "/object/move", json=body).status_code == 200
    assert service.storage.from_(other).download("b.txt") == b"one"
    back = {"bucketId": other, "sourceKey": "b.txt", "destinationKey": "b.txt", "destinationBucket": "nowhere"}
    assert http("POST", "/object/move", json=back).json()["error"] == "Bucket not found"
    service.storage.empty_bucket(other)
    service.storage.delete_bucket(other)


def test_deleting_gives_what_went_and_takes_the_files(server, service, http, bucket):
    files, before = service.storage.from_(bucket), versions(server)
    for name in ["a", "b", "c"]:
        files.upload(name, name.encode())
    gone = files.remove(["a", "b", "none"])
    assert sorted(row["name"] for row in gone) == ["a", "b"] and all(row["bucket_id"] == bucket for row in gone)
    assert http("DELETE", f"/object/{bucket}/c").json() == {"message": "Successfully deleted"}
    assert http("DELETE", f"/object/{bucket}/c").json()["code"] == "NoSuchKey"
    assert versions(server) == before
    assert http("DELETE", f"/object/{bucket}", json={"prefixes": ["x"] * 1001}).status_code == 400
    assert http("DELETE", f"/object/{bucket}", json={"prefixes": []}).status_code == 400


def test_rows_that_sql_deletes_take_their_files_too(server, service, bucket):
    service.storage.from_(bucket).upload("a", b"x")
    version = service.storage.from_(bucket).info("a")["version"]
    server.sql("-c", f"delete from storage.objects where bucket_id = '{bucket}'")
    assert server.sql("-c", f"select count(*) from continuo.discarded_files where version = '{version}'").strip() == "1"
    # The next request that removes something takes it along; so does the hourly sweep.
    service.storage.from_(bucket).upload("b", b"x")
    service.storage.from_(bucket).remove(["b"])
    assert version not in versions(server)


# MARK: Listing

@pytest.fixture(scope="session")
def shelf(service):
    """A bucket that is only read."""
    service.storage.create_bucket("shelf")
    for name in ["b.txt", "B.txt", "a/1.txt", "a/2.txt", "a/deep/3.txt", "z/4.txt", "c.txt", "a.txt", "a_b.txt"]:
        service.storage.from_("shelf").upload(name, name.encode())
    return service.storage.from_("shelf")


def test_one_level_is_listed_with_folders_first(shelf):
    entries = shelf.list()
    assert [e["name"] for e in entries] == ["a", "z", "B.txt", "a.txt", "a_b.txt", "b.txt", "c.txt"]
    assert entries[0] == {"name": "a", "id": None, "updated_at": None, "created_at": None, "last_accessed_at": None, "metadata": None}
    assert entries[2]["metadata"]["size"] == 5 and entries[2]["metadata"]["mimetype"]
    assert [e["name"] for e in shelf.list("a")] == [e["name"] for e in shelf.list("a/")] == ["deep", "1.txt", "2.txt"]
    assert [e["name"] for e in shelf.list("", {"sortBy": {"column": "name", "order": "desc"}, "limit": 3, "offset": 1})] == ["a", "c.txt", "b.txt"]
    assert [e["name"] for e in shelf.list("", {"search": "A"})] == ["a", "a.txt", "a_b.txt"]
    assert [e["name"] for e in shelf.list("", {"search": "a_"})] == ["a_b.txt"]
    assert [e["name"] for e in shelf.list("", {"sortBy": {"column": "created_at", "order": "desc"}})][:3] == ["z", "a", "a_b.txt"]
    assert shelf.list("nowhere") == []


def test_cursors_lead_through_everything_once(shelf):
    flat = shelf.list_v2({"with_delimiter": False})
    names = [o.name for o in flat.objects]
    assert names == sorted(names) and len(names) == 9 and not flat.hasNext and flat.nextCursor is None
    for options in [{"limit": 2}, {"limit": 2, "sortBy": {"column": "name", "order": "desc"}},
                    {"limit": 2, "sortBy": {"column": "created_at", "order": "asc"}}, {"limit": 3, "sortBy": {"column": "updated_at", "order": "desc"}}]:
        seen, page = [], shelf.list_v2({"with_delimiter": False, **options})
        while True:
            assert len(page.objects) <= options["limit"]
            seen += [o.name for o in page.objects]
            if not page.hasNext:
                break
            page = shelf.list_v2({"with_delimiter": False, **options, "cursor": page.nextCursor})
        assert sorted(seen) == names and len(seen) == 9, options
        if options.get("sortBy", {}).get("column") == "name":
            assert seen == names[::-1]


def test_cursors_lead_through_levels(shelf):
    for order in ["asc", "desc"]:
        folders, objects, cursor = [], [], None
        while True:
            options = {"limit": 2, "with_delimiter": True, "sortBy": {"column": "name", "order": order}}
            page = shelf.list_v2({**options, **({"cursor": cursor} if cursor else {})})
            folders += [f.name for f in page.folders]
            objects += [o.name for o in page.objects]
            if not page.hasNext:
                break
            cursor = page.nextCursor
        assert sorted(folders) == ["a", "z"] and sorted(objects) == ["B.txt", "a.txt", "a_b.txt", "b.txt", "c.txt"]
        assert objects == sorted(objects, reverse=order == "desc")
    inside = shelf.list_v2({"prefix": "a/", "with_delimiter": True})
    assert [f.name for f in inside.folders] == ["a/deep"] and [f.key for f in inside.folders] == ["a/deep/"]
    assert [o.name for o in inside.objects] == ["a/1.txt", "a/2.txt"]
    assert [o.name for o in shelf.list_v2({"prefix": "a", "with_delimiter": False}).objects] == ["a.txt", "a/1.txt", "a/2.txt", "a/deep/3.txt", "a_b.txt"]


def test_pages_stand_still_while_objects_come_and_go(service, bucket):
    files = service.storage.from_(bucket)
    for number in range(6):
        files.upload(f"{number}", b"x")
    first = files.list_v2({"limit": 3})
    files.remove(["0", "1"])
    files.upload("2b", b"x")
    second = files.list_v2({"limit": 10, "cursor": first.nextCursor})
    assert [o.name for o in first.objects] == ["0", "1", "2"] and [o.name for o in second.objects] == ["2b", "3", "4", "5"]


def test_a_hundred_thousand_objects_are_listed_in_stable_pages(server, service, http):
    service.storage.create_bucket("many")
    server.sql("-c", """
        insert into storage.objects (bucket_id, name, metadata)
        select 'many', format('f%s/%s.wav', lpad((n % 50)::text, 2, '0'), lpad(n::text, 6, '0')), '{"size": 1}' from generate_series(1, 100000) n;
        analyze storage.objects""")
    seen, cursor = [], None
    while True:
        page = http("POST", "/object/list-v2/many", json={"limit": 1000, **({"cursor": cursor} if cursor else {})}).json()
        seen += [o["name"] for o in page["objects"]]
        if not page["hasNext"]:
            break
        cursor = page["nextCursor"]
    assert len(seen) == 100_000 and seen == sorted(set(seen))
    began = time.monotonic()
    folders = http("POST", "/object/list-v2/many", json={"with_delimiter": True}).json()
    assert len(folders["folders"]) == 50 and folders["objects"] == []
    # The inside of folders is jumped over, not read: far from the time that the whole bucket takes.
    assert time.monotonic() - began < 2
    names, offset = [], 0
    while batch := http("POST", "/object/list/many", json={"prefix": "f07", "limit": 900, "offset": offset}).json():
        names += [e["name"] for e in batch]
        offset += len(batch)
    assert len(names) == len(set(names)) == 2000
    service.storage.empty_bucket("many")
    assert http("POST", "/object/list/many", json={"prefix": ""}).json() == []
    service.storage.delete_bucket("many")


# MARK: Signatures

def test_a_signed_link_reads_one_object_until_it_expires(server, service, http, bucket):
    files = service.storage.from_(bucket)
    files.upload("a b/c.txt", b"secret", {"content-type": "text/plain"})
    files.upload("d.txt", b"other")
    link = files.create_signed_url("a b/c.txt", 60)["signedURL"]
    assert httpx.get(link).content == b"secret"
    assert httpx.get(link, headers={"Range": "bytes=0-1"}).content == b"se"
    saved = files.create_signed_url("a b/c.txt", 60, {"download": "x.txt"})["signedURL"]
    assert httpx.get(saved).headers["content-disposition"].startswith("attachment; filename=x.txt")
    text = httpx.URL(link).params["token"]
    claims = jwt.decode(text, options={"verify_signature": False})
    assert claims["url"] == f"{bucket}/a b/c.txt" and "role" not in claims and claims["exp"] - claims["iat"] == 60
    wrong = http("GET", f"/object/sign/{bucket}/d.txt?token={text}", key=None).json()
    assert wrong["error"] == "InvalidSignature"
    assert http("GET", f"/object/sign/{bucket}/a%20b/c.txt?token={text[:-3]}AAA", key=None).json()["error"] == "InvalidJWT"
    assert http("GET", f"/object/sign/{bucket}/a%20b/c.txt", key=None).status_code == 400
    # Neither a person's token nor one for uploads.
    assert http("GET", f"/object/{bucket}/d.txt", key=text).json()["statusCode"] == "403"
    assert http("PUT", f"/object/upload/sign/{bucket}/a%20b/c.txt?token={text}", key=None, content=b"x").json()["error"] == "InvalidSignature"
    assert http("GET", f"/object/sign/{bucket}/d.txt?token={server.keys['SUPABASE_SERVICE_ROLE_KEY']}", key=None).json()["error"] == "InvalidJWT"
    short = files.create_signed_url("d.txt", 1)["signedURL"]
    time.sleep(1.2)
    assert httpx.get(short).json()["code"] == "InvalidJWT"
    assert http("POST", f"/object/sign/{bucket}/d.txt", json={"expiresIn": 0}).status_code == 400
    assert refused(lambda: files.create_signed_url("none", 60)).status == "404"


def test_several_links_are_signed_at_once(service, bucket):
    files = service.storage.from_(bucket)
    files.upload("a.txt", b"one")
    good, bad = files.create_signed_urls(["a.txt", "none.txt"], 60)
    assert httpx.get(good["signedURL"]).content == b"one" and good["error"] is None
    assert bad["signedURL"] is None and bad["error"] == "Either the object does not exist or you do not have access to it"


def test_a_signed_upload_is_done_in_the_signer_s_name(server, service, http, ada):
    mine = ada.client.storage.from_("avatars")
    name = f"{ada.id}/signed-{uuid.uuid4().hex}.png"
    signed = mine.create_signed_upload_url(name)
    assert server.client().storage.from_("avatars").upload_to_signed_url(name, signed["token"], PNG, {"content-type": "image/png"}).path == name
    assert mine.download(name) == PNG
    row = service.storage.from_("avatars").remove([name])[0]
    assert row["owner"] == row["owner_id"] == ada.id
    assert refused(lambda: mine.upload_to_signed_url(f"{ada.id}/else.png", signed["token"], PNG)).code == "InvalidSignature"
    assert refused(lambda: mine.create_signed_upload_url("somebody/x.png")).code == "Unauthorized"


# MARK: Who may

def test_avatars_are_public_and_one_s_own_to_change(server, ada, ben, anon, http):
    name = f"{ada.id}/face.png"
    ada.client.storage.from_("avatars").upload(name, PNG, {"content-type": "image/png"})
    url = anon.storage.from_("avatars").get_public_url(name)
    got = httpx.get(url)
    assert got.content == PNG and got.headers["content-type"] == "image/png"
    # A picture of another size is the picture itself.
    assert httpx.get(anon.storage.from_("avatars").get_public_url(name, {"transform": {"width": 8}})).content == PNG
    for run in [lambda: ben.client.storage.from_("avatars").upload(name, PNG, {"content-type": "image/png", "upsert": "true"}),
                lambda: anon.storage.from_("avatars").upload(f"{ada.id}/2.png", PNG, {"content-type": "image/png"})]:
        assert refused(run).code == "Unauthorized"
    assert refused(lambda: ben.client.storage.from_("avatars").update(name, PNG, {"content-type": "image/png"})).status == "404"
    assert refused(lambda: ben.client.storage.from_("avatars").move(name, f"{ben.id}/stolen.png")).status == "404"
    assert ben.client.storage.from_("avatars").remove([name]) == []
    assert refused(lambda: ada.client.storage.from_("avatars").upload(f"{ada.id}/x.svg", b"<svg/>", {"content-type": "image/svg+xml"})).status == "415"
    assert httpx.get(url).content == PNG
    assert len(ada.client.storage.from_("avatars").remove([name])) == 1


def test_private_buckets_are_not_public(server, service, bucket, http):
    service.storage.from_(bucket).upload("x", b"x")
    for path in [f"/object/public/{bucket}/x", f"/object/info/public/{bucket}/x", f"/render/image/public/{bucket}/x"]:
        assert http("GET", path, key=None).json()["error"] == "Bucket not found"


def test_songs_are_read_by_their_owner_and_by_all_once_public(server, service, ada, ben, anon, new_song, http):
    song = new_song(ada, "Tide")
    name = f"{ada.id}/{song['id']}.flac"
    service.storage.from_("music").upload(name, b"sound", {"content-type": "audio/flac"})
    assert ada.client.storage.from_("music").download(name) == b"sound"
    for other in [ben.client, anon]:
        assert refused(lambda: other.storage.from_("music").download(name)).status == "404"
        assert refused(lambda: other.storage.from_("music").create_signed_url(name, 60)).status == "404"
        assert other.storage.from_("music").list(ada.id) == []
        assert other.storage.from_("music").list_v2({"prefix": ada.id}).objects == []
    link = ada.client.storage.from_("music").create_signed_url(name, 60)["signedURL"]
    assert httpx.get(link).content == b"sound"
    ada.table("songs").update({"is_public": True}).eq("id", song["id"]).execute()
    assert anon.storage.from_("music").download(name) == b"sound" == ben.client.storage.from_("music").download(name)
    # A song's file stays as it was made.
    assert refused(lambda: ada.client.storage.from_("music").update(name, b"other")).status == "404"
    assert ada.client.storage.from_("music").remove([name]) == []
    ada.table("songs").update({"is_public": False}).eq("id", song["id"]).execute()
    assert refused(lambda: anon.storage.from_("music").download(name)).status == "404"


def test_policies_are_asked_before_anybody_sends_a_large_file(server, ben, ada):
    url, drafts = httpx.URL(server.keys["SUPABASE_URL"]), unfinished(server)
    with socket.create_connection((url.host, url.port), timeout=20) as connection:
        # Three megabytes are announced, and not one byte of them is sent.
        connection.sendall(
            f"POST /storage/v1/object/music/{ada.id}/x.wav HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token(ben)}\r\n"
            "Content-Type: audio/wav\r\nContent-Length: 3000000\r\n\r\n".encode())
        answer = b""
        while b"Unauthorized" not in answer:
            piece = connection.recv(65_536)
            assert piece, answer
            answer += piece
    assert answer.startswith(b"HTTP/1.1 400") and unfinished(server) == drafts


def test_adding_needs_no_right_to_see(server, service, http, ada):
    service.storage.create_bucket("inbox")
    server.sql("-c", "create policy \"Anybody may leave something\" on storage.objects for insert to authenticated with check (bucket_id = 'inbox')")
    try:
        assert ada.client.storage.from_("inbox").upload("note", b"x").path == "note"
        assert ada.client.storage.from_("inbox").list() == []
        assert refused(lambda: ada.client.storage.from_("inbox").upload("note", b"y", {"upsert": "true"})).code == "Unauthorized"
    finally:
        server.sql("-c", 'drop policy "Anybody may leave something" on storage.objects')
        service.storage.empty_bucket("inbox")
        service.storage.delete_bucket("inbox")


def test_policies_see_what_is_being_done(server, service, ada):
    service.storage.create_bucket("watched")
    server.sql("-c", """create policy "Signing only" on storage.objects for select to authenticated
        using (bucket_id = 'watched' and storage.operation() = 'storage.object.sign')""")
    try:
        service.storage.from_("watched").upload("x", b"x")
        files = ada.client.storage.from_("watched")
        assert refused(lambda: files.download("x")).status == "404" and files.list() == []
        assert httpx.get(files.create_signed_url("x", 60)["signedURL"]).content == b"x"
    finally:
        server.sql("-c", 'drop policy "Signing only" on storage.objects')
        service.storage.empty_bucket("watched")
        service.storage.delete_bucket("watched")


# MARK: Races

def test_many_at_once_lose_nothing_and_break_nothing(server, service):
    """Upserts, moves, copies and deletes of the same few names, all at once."""
    service.storage.create_bucket("races")
    base, key = server.keys["SUPABASE_URL"] + "/storage/v1", server.keys["SUPABASE_SERVICE_ROLE_KEY"]
    wrong, names = [], ["a", "b", "c"]

    def work(seed):
        chooser = random.Random(seed)
        with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            for step in range(60):
                one, two = chooser.sample(names, 2)
                content = f"{seed}-{step}-".encode() * 50
                answer = chooser.choice([
                    lambda: client.post(f"/object/races/{one}", content=content, headers={"x-upsert": "true"}),
                    lambda: client.post("/object/move", json={"bucketId": "races", "sourceKey": one, "destinationKey": two}),
                    lambda: client.post("/object/copy", json={"bucketId": "races", "sourceKey": one, "destinationKey": two}, headers={"x-upsert": "true"}),
                    lambda: client.delete(f"/object/races/{one}"), lambda: client.get(f"/object/races/{one}")])()
                if answer.status_code >= 500:
                    wrong.append(answer.text)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert wrong == []
    files = service.storage.from_("races")
    for entry in files.list():
        content = files.download(entry["name"])
        assert len(content) == entry["metadata"]["size"] and content == content[:len(content) // 50] * 50
    service.storage.empty_bucket("races")
    service.storage.delete_bucket("races")


def test_what_stands_beside_the_file_in_a_form_is_bounded_too(server, service, http):
    name = "b-" + uuid.uuid4().hex[:10]
    service.storage.create_bucket(name, options={"file_size_limit": 1000})

    def form():
        yield b'--b\r\nContent-Disposition: form-data; name=""; filename="x"\r\n\r\nhello\r\n'
        yield b'--b\r\nContent-Disposition: form-data; name="y"; filename="y"\r\n\r\n'
        for _ in range(10):
            yield b"x" * 65_536
        yield b"\r\n--b--\r\n"
    answer = http("POST", f"/object/{name}/x", content=form(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert answer.json()["error"] == "Payload too large"
    service.storage.delete_bucket(name)
