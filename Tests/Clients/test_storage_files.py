"""What lies under storage: memory that does not grow with files, interruptions, a full disk, and files kept by another server."""

import base64
import hashlib
import os
import pathlib
import socket
import subprocess
import time
import uuid

import httpx
import pytest
from conftest import Server
from storage3.exceptions import StorageApiError
from test_storage import unfinished, versions

MEGABYTE = 1 << 20
# `make bench` asks for the full size.
SIZE = int(os.environ.get("CONTINUO_LARGE_FILE", 160)) * MEGABYTE


def memory(server) -> int:
    """Resident bytes of the server's own process."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def forget_peak(server):
    pathlib.Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")


def blocks(size, digest=None, block=MEGABYTE):
    piece = os.urandom(block)
    for _ in range(size // block):
        if digest:
            digest.update(piece)
        yield piece


@pytest.mark.parametrize("kind", ["plain", "form", "parts"])
def test_memory_does_not_grow_with_the_file(server, service, kind):
    name = f"large-{uuid.uuid4().hex[:8]}"
    service.storage.create_bucket(name)
    key = {"Authorization": f"Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}"}
    url = f"{server.keys['SUPABASE_URL']}/storage/v1"
    forget_peak(server)
    before, sent = memory(server), hashlib.sha256()
    with httpx.Client(timeout=600, headers=key) as client:
        if kind == "plain":
            answer = client.post(f"{url}/object/{name}/x", content=blocks(SIZE, sent), headers={"Content-Length": str(SIZE)})
        elif kind == "form":
            def form():
                yield b'--b\r\nContent-Disposition: form-data; name=""; filename="x"\r\nContent-Type: audio/wav\r\n\r\n'
                yield from blocks(SIZE, sent)
                yield b"\r\n--b--\r\n"
            answer = client.post(f"{url}/object/{name}/x", content=form(), headers={"Content-Type": "multipart/form-data; boundary=b"})
        else:
            tus = {"Tus-Resumable": "1.0.0"}
            answer = client.post(f"{url}/upload/resumable", headers={
                **tus, "Upload-Length": str(SIZE), "Upload-Metadata": f"bucketName {b64(name)},objectName {b64('x')}"})
            answer = client.patch(answer.headers["location"], content=blocks(SIZE, sent), headers={
                **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
        assert answer.status_code in (200, 204), answer.text
        uploaded = memory(server)
        forget_peak(server)
        got = hashlib.sha256()
        with client.stream("GET", f"{url}/object/{name}/x") as response:
            for block in response.iter_bytes(MEGABYTE):
                got.update(block)
    assert got.digest() == sent.digest()
    growth = (uploaded - before) / MEGABYTE, (memory(server) - before) / MEGABYTE
    print(f"{SIZE // MEGABYTE} MB, {kind}: the process grew by {growth[0]:.1f} MB for the upload, {growth[1]:.1f} MB for the download")
    assert max(growth) < 64
    service.storage.empty_bucket(name)
    service.storage.delete_bucket(name)


def b64(text):
    return base64.b64encode(text.encode()).decode()


def test_a_client_that_breaks_off_leaves_nothing(server, service):
    service.storage.create_bucket("broken")
    before, drafts, url = versions(server), unfinished(server), httpx.URL(server.keys["SUPABASE_URL"])
    for headers in ["Content-Length: 5000000", "Transfer-Encoding: chunked"]:
        with socket.create_connection((url.host, url.port)) as connection:
            body = b"x" * 1_000_000 if "Length" in headers else b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"
            connection.sendall(
                f"POST /storage/v1/object/broken/x HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
                f"Authorization: Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}\r\n\r\n".encode() + body)
            deadline = time.monotonic() + 10
            while unfinished(server) == drafts and time.monotonic() < deadline:
                time.sleep(0.02)
    deadline = time.monotonic() + 10
    while unfinished(server) != drafts and time.monotonic() < deadline:
        time.sleep(0.05)
    assert unfinished(server) == drafts and versions(server) == before
    assert not service.storage.from_("broken").exists("x")
    service.storage.delete_bucket("broken")


def test_a_slow_reader_of_an_object_that_is_replaced_gets_the_old_one_whole(server, service):
    service.storage.create_bucket("slow")
    old = os.urandom(20 * MEGABYTE)
    service.storage.from_("slow").upload("x", old)
    key = {"Authorization": f"Bearer {server.keys['SUPABASE_SERVICE_ROLE_KEY']}"}
    with httpx.stream("GET", f"{server.keys['SUPABASE_URL']}/storage/v1/object/slow/x", headers=key, timeout=60) as response:
        pieces = response.iter_bytes(65_536)
        first = next(pieces)
        service.storage.from_("slow").update("x", b"new")
        assert first + b"".join(pieces) == old
    assert service.storage.from_("slow").download("x") == b"new"
    service.storage.empty_bucket("slow")
    service.storage.delete_bucket("slow")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_is_reported_and_nothing_is_lost(binary):
    server = Server(binary)
    folder = pathlib.Path(server.data) / "storage"
    folder.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True).returncode:
        server.remove()
        pytest.skip("this machine mounts nothing")
    try:
        server.start()
        service = server.client("SUPABASE_SERVICE_ROLE_KEY")
        service.storage.create_bucket("small")
        files = service.storage.from_("small")
        files.upload("kept", b"x" * MEGABYTE)
        with pytest.raises(StorageApiError) as caught:
            files.upload("too much", b"x" * 5 * MEGABYTE)
        assert "full" in caught.value.message and str(caught.value.status) == "503"
        assert not unfinished(server) and len(versions(server)) == 1
        with pytest.raises(StorageApiError):
            files.upload("kept", b"y" * 5 * MEGABYTE, {"upsert": "true"})
        assert files.download("kept") == b"x" * MEGABYTE
        files.upload("fits", b"y" * MEGABYTE)
        assert files.download("fits") == b"y" * MEGABYTE
    finally:
        if server.process:
            server.process.terminate()
            server.process.wait(20)
        subprocess.run(["umount", folder])
        server.remove()


# MARK: Kept by another server

@pytest.fixture(scope="module")
def pair(binary):
    """A server whose files another keeps."""
    far = Server(binary)
    far.start()
    near = Server(binary, STORAGE_URL=far.keys["SUPABASE_URL"], STORAGE_SERVICE_KEY=far.keys["SUPABASE_SERVICE_ROLE_KEY"])
    near.start()
    yield near, far
    near.remove()
    far.remove()


def test_files_are_kept_by_another_storage(pair):
    near, far = pair
    service = near.client("SUPABASE_SERVICE_ROLE_KEY")
    service.storage.create_bucket("here")
    files, content = service.storage.from_("here"), os.urandom(3 * MEGABYTE)
    files.upload("a/x.wav", content, {"content-type": "audio/wav"})
    assert files.download("a/x.wav") == content and not versions(near) and len(versions(far)) == 1
    link = files.create_signed_url("a/x.wav", 60)["signedURL"]
    part = httpx.get(link, headers={"Range": "bytes=1000000-1000009"})
    assert part.status_code == 206 and part.content == content[1_000_000:1_000_010] and part.headers["content-type"] == "audio/wav"
    assert httpx.get(link, headers={"If-None-Match": part.headers["etag"]}).status_code == 304
    files.copy("a/x.wav", "b.wav")
    files.move("a/x.wav", "c.wav")
    assert len(versions(far)) == 2 and files.download("b.wav") == content == files.download("c.wav")
    files.update("b.wav", b"short")
    assert files.download("b.wav") == b"short" and len(versions(far)) == 2
    files.remove(["b.wav", "c.wav"])
    assert not versions(far) and not unfinished(near)
    # People of the other server see nothing of it.
    assert far.client().storage.from_("continuo-files").list() == []


def test_the_other_storage_may_be_away_for_a_while(pair):
    near, far = pair
    service = near.client("SUPABASE_SERVICE_ROLE_KEY")
    service.storage.create_bucket("patient")
    files = service.storage.from_("patient")
    files.upload("x", b"kept")
    far.process.terminate()
    far.process.wait(20)
    with pytest.raises(StorageApiError) as caught:
        files.upload("y", b"lost")
    assert str(caught.value.status) == "503" and not files.exists("y") and not unfinished(near)
    with pytest.raises(StorageApiError):
        files.download("x")
    # Deleting goes on: the file follows when the other is back.
    assert len(files.remove(["x"])) == 1
    port = httpx.URL(far.keys["SUPABASE_URL"]).port
    far.restart(port)
    files.upload("z", b"back")
    assert files.download("z") == b"back"
    files.remove(["z"])
    assert not versions(far)


def test_installations_on_one_storage_leave_each_other_s_files_alone(pair, binary):
    near, far = pair
    service = near.client("SUPABASE_SERVICE_ROLE_KEY")
    service.storage.create_bucket("shared")
    service.storage.from_("shared").upload("x", b"mine")
    other = Server(binary, STORAGE_URL=far.keys["SUPABASE_URL"], STORAGE_SERVICE_KEY=far.keys["SUPABASE_SERVICE_ROLE_KEY"])
    other.start(workers=1)
    try:
        # Old enough for any sweep.
        far.sql("-c", "update storage.objects set created_at = now() - interval '30 days'")
        other.sql("-c", "insert into continuo.jobs (kind) values ('maintenance.files')")
        deadline = time.monotonic() + 20
        while other.sql("-c", "select count(*) from continuo.jobs where kind = 'maintenance.files' and status in ('queued', 'running')").strip() != "0":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert service.storage.from_("shared").download("x") == b"mine"
    finally:
        other.remove()
