"""Accounts and storage: requests per second, what sign-ins do to everybody else, and files against nginx and cp in the same run."""

import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from urllib.parse import urlparse

continuo = sys.argv[1]
seconds = int(os.environ.get("DURATION", "5"))
rounds = int(os.environ.get("ROUNDS", "3"))
large = int(os.environ.get("LARGE_MB", "2048"))


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [continuo, "serve", "--data", str(folder / "data"), "--port", "0", "--workers", "0"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        self.keys = json.loads((folder / "data" / "keys.json").read_text())

    def ask(self, method, path, body=None, token=None, headers=None):
        connection = http.client.HTTPConnection(urlparse(self.url).netloc, timeout=600)
        given = {"apikey": self.keys["anon_key"], "Authorization": f"Bearer {token or self.keys['anon_key']}"}
        if isinstance(body, dict):
            body, given["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body, {**given, **(headers or {})})
        response = connection.getresponse()
        data = response.read()
        connection.close()
        assert response.status < 300, (path, response.status, data[:300])
        return json.loads(data) if data[:1] in (b"{", b"[") else data

    def sql(self, text):
        subprocess.run([continuo, "psql", "--data", str(self.folder / "data"), "--", "-q", "-X", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                       check=True, stdout=subprocess.DEVNULL)

    def memory(self, field="VmHWM"):
        return int(re.search(rf"{field}:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024


def wrk(url, script, folder, connections=32):
    file = folder / "load.lua"
    file.write_text(script)
    output = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", file, url], capture_output=True, text=True).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    return rate, int(errors[1]) if errors else 0


# MARK: Accounts

def accounts(server, folder):
    session = server.ask("POST", "/auth/v1/signup", {"email": "bench@example.com", "password": "a long enough secret"})
    person, key = session["user"]["id"], server.keys["anon_key"]
    print(f"\nAccounts, 32 connections, {seconds} s each, best of {rounds}")
    print(f"{'request':24} {'per second':>12} {'÷ GET /healthz':>16}")
    base = max(wrk(server.url + "/healthz", "", folder)[0] for _ in range(rounds))
    print(f"{'GET /healthz':24} {base:12.0f} {1:16.2f}")
    reader = f'wrk.headers["Authorization"] = "Bearer {session["access_token"]}"\nwrk.headers["apikey"] = "{key}"'
    rate, errors = max(wrk(server.url + "/auth/v1/user", reader, folder) for _ in range(rounds))
    print(f"{'GET /auth/v1/user':24} {rate:12.0f} {rate / base:16.2f}" + (f"   {errors} errors" if errors else ""))
    best, wrong = 0, 0
    for round in range(rounds):
        # A session for every request: each is a real rotation, none waits for another's lock.
        count, mark = 60_000, f"bench-{round}-"
        server.sql(f"""
            with s as (insert into auth.sessions (id, user_id, aal, created_at, updated_at)
                select gen_random_uuid(), '{person}', 'aal1', now(), now() from generate_series(1, {count}) returning id, user_id),
            c as (insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
                select gen_random_uuid(), s.id, 'password', now(), now() from s)
            insert into auth.refresh_tokens (token, user_id, session_id, revoked, created_at, updated_at)
                select '{mark}' || row_number() over (), s.user_id, s.id, false, now(), now() from s;
            analyze auth.sessions; analyze auth.refresh_tokens; analyze auth.mfa_amr_claims;""")
        script = f"""
            local thread = 0
            function setup(t) t:set("offset", thread * {count // 2}); thread = thread + 1 end
            function init() number = offset end
            function request()
                number = number + 1
                return wrk.format("POST", "/auth/v1/token?grant_type=refresh_token",
                    {{ ["apikey"] = "{key}", ["Content-Type"] = "application/json" }}, '{{"refresh_token":"{mark}' .. number .. '"}}')
            end"""
        rate, errors = wrk(server.url, script, folder)
        best, wrong = max(best, rate), wrong + errors
    print(f"{'refresh a token':24} {best:12.0f} {best / base:16.2f}" + (f"   {wrong} errors" if wrong else ""))


def patience(server):
    """How long a small request takes while fifty people sign in at once."""
    address, stop, ended = urlparse(server.url).netloc, threading.Event(), []

    def sign_in():
        body = json.dumps({"email": "bench@example.com", "password": "a long enough secret"})
        connection = http.client.HTTPConnection(address, timeout=120)
        while not stop.is_set():
            connection.request("POST", "/auth/v1/token?grant_type=password", body, {
                "apikey": server.keys["anon_key"], "Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            ended.append(response.status)

    def measure(duration):
        connection, times = http.client.HTTPConnection(address, timeout=60), []
        deadline = time.monotonic() + duration
        while time.monotonic() < deadline:
            began = time.monotonic()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            times.append(time.monotonic() - began)
            time.sleep(0.005)
        return sorted(times)

    calm = measure(seconds)
    threads = [threading.Thread(target=sign_in) for _ in range(50)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    busy = measure(seconds * 2)
    stop.set()
    for thread in threads:
        thread.join()

    def at(times, share):
        return times[int(len(times) * share)] * 1000
    good = sum(status == 200 for status in ended)
    print(f"\nGET /healthz while 50 people sign in at once ({good} sign-ins, {len(ended) - good} refused): "
          f"median {at(busy, .5):.1f} ms, p99 {at(busy, .99):.1f} ms; when nobody does: median {at(calm, .5):.1f} ms, p99 {at(calm, .99):.1f} ms")


# MARK: Files

def nginx(folder, root):
    configuration = folder / "nginx.conf"
    port = 20_000 + os.getpid() % 10_000
    configuration.write_text(f"""
        daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
        {'user root;' if os.geteuid() == 0 else ''}
        events {{ worker_connections 512; }}
        http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
            server {{ listen 127.0.0.1:{port}; root {root}; }} }}""")
    process = subprocess.Popen(["/usr/sbin/nginx", "-c", configuration, "-e", folder / "nginx.log"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    return process, f"http://127.0.0.1:{port}"


def copy(source, target, count):
    """cp with fsync, as many times: seconds for one."""
    began = time.monotonic()
    for number in range(count):
        with open(source, "rb") as reader, open(f"{target}-{number}", "wb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
    taken = (time.monotonic() - began) / count
    for number in range(count):
        os.unlink(f"{target}-{number}")
    return taken


def upload(server, source, size, count):
    connection = http.client.HTTPConnection(urlparse(server.url).netloc, timeout=600)
    began = time.monotonic()
    for _ in range(count):
        with open(source, "rb") as body:
            connection.request("POST", f"/storage/v1/object/bench/{uuid.uuid4()}", body, {
                "Authorization": f"Bearer {server.keys['service_role_key']}", "Content-Length": str(size), "Content-Type": "audio/wav"})
            response = connection.getresponse()
            data = response.read()
            assert response.status == 200, data
    return (time.monotonic() - began) / count


def fetch(url, token=None):
    """One long download by curl: seconds."""
    headers = ["-H", f"Authorization: Bearer {token}"] if token else []
    began = time.monotonic()
    subprocess.run(["curl", "-sf", "-o", "/dev/null", *headers, url], check=True)
    return time.monotonic() - began


def files(server, folder):
    key = server.keys["service_role_key"]
    server.ask("POST", "/storage/v1/bucket", {"name": "bench"}, token=key)
    root = folder / "root"
    root.mkdir()
    process, other = nginx(folder, root)
    print(f"\nFiles, best of {rounds}: downloads by wrk over 8 connections (256 MB: one by curl) against nginx with sendfile; "
          "uploads one after another against cp with fsync")
    print(f"{'size':>8} {'download MB/s':>14} {'nginx':>9} {'ratio':>7}   {'upload MB/s':>12} {'cp+fsync':>9} {'ratio':>7}")
    try:
        for name, size, count in [("64 KB", 65_536, 200), ("1 MB", 1 << 20, 60), ("256 MB", 256 << 20, 2)]:
            source = root / str(size)
            source.write_bytes(os.urandom(1 << 16) * (size >> 16))
            server.ask("POST", f"/storage/v1/object/bench/get-{size}", source.read_bytes(), token=key, headers={"Content-Type": "audio/wav"})
            path = f"{server.url}/storage/v1/object/bench/get-{size}"
            ours = theirs = 0
            put, copied = 1e9, 1e9
            for _ in range(rounds):
                if size < 1 << 24:
                    ours = max(ours, wrk(path, f'wrk.headers["Authorization"] = "Bearer {key}"', folder, 8)[0] * size)
                    theirs = max(theirs, wrk(f"{other}/{size}", "", folder, 8)[0] * size)
                else:
                    ours, theirs = max(ours, size / fetch(path, key)), max(theirs, size / fetch(f"{other}/{size}"))
                put = min(put, upload(server, source, size, count))
                copied = min(copied, copy(source, folder / "copy", count))
            megabyte = 1 << 20
            print(f"{name:>8} {ours / megabyte:14.0f} {theirs / megabyte:9.0f} {ours / theirs:7.2f}   "
                  f"{size / put / megabyte:12.0f} {size / copied / megabyte:9.0f} {copied / put:7.2f}")
            server.ask("POST", "/storage/v1/bucket/bench/empty", {}, token=key)
    finally:
        process.terminate()
        process.wait()


def flat(server):
    """A file far larger than memory should ever be: how much the process grows."""
    key, size = server.keys["service_role_key"], large << 20
    reference = pathlib.Path(f"/proc/{server.process.pid}/clear_refs")
    reference.write_text("5")
    before = server.memory("VmRSS")

    def body():
        piece = os.urandom(1 << 20)
        for _ in range(large):
            yield piece
    connection = http.client.HTTPConnection(urlparse(server.url).netloc, timeout=3600)
    connection.request("POST", "/storage/v1/object/bench/large", body(), {
        "Authorization": f"Bearer {key}", "Content-Length": str(size), "Content-Type": "audio/wav"})
    assert connection.getresponse().read()
    up = server.memory() - before
    reference.write_text("5")
    fetch(f"{server.url}/storage/v1/object/bench/large", key)
    print(f"\nA file of {large} MB: the process grows by {up:.1f} MB while it comes, {server.memory() - before:.1f} MB while it goes")
    server.ask("POST", "/storage/v1/bucket/bench/empty", {}, token=key)


with tempfile.TemporaryDirectory(prefix="continuo-bench-") as name:
    os.chmod(name, 0o755)
    folder = pathlib.Path(name)
    server = Server(folder)
    try:
        accounts(server, folder)
        patience(server)
        files(server, folder)
        flat(server)
    finally:
        server.process.terminate()
        server.process.wait()
