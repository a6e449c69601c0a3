"""The real program, spoken to by supabase's own Python client, unmodified.

CONTINUO_BINARY names the program (default: .build/release/continuo). What is expected comes from Supabase's and
PostgREST's documentation and from the client's source.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
from urllib.parse import parse_qs, urlparse

import pytest
from postgrest import APIError
from supabase import Client, create_client

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Server:
    """`continuo serve` on a data folder and a database of its own."""

    def __init__(self, binary: str, **settings: str):
        self.binary = binary
        # PostgreSQL runs as a user of its own when the tests run as root: it has to be able to walk in.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="continuo-clients-"))
        self.folder.chmod(0o755)
        self.data = str(self.folder / "data")
        foreign = ("DATABASE_URL", "CONTINUO_API_DATABASE_URL")
        self.environment = {name: value for name, value in os.environ.items() if name not in foreign}
        self.environment.update(settings)
        self.process = None
        self.keys: dict[str, str] = {}

    def start(self, port: int = 0, workers: int = 0):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, "--port", str(port), "--workers", str(workers)],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines, ready = [], threading.Event()
        self.lines = lines
        # The pipe is read to its end: a full one would stop the server.
        threading.Thread(target=self._read, args=(self.process.stdout, lines, ready), daemon=True).start()
        if not ready.wait(60) or not any("listening on" in line for line in lines):
            self.remove()
            raise RuntimeError("the server did not start:\n" + "".join(lines[-40:]))
        self.keys = dict(line.split("=", 1) for line in self.run("keys").splitlines() if "=" in line)

    def _read(self, output, lines, ready):
        for line in output:
            lines.append(line)
            if re.search(r"listening on http://\S+:\d+", line):
                ready.set()
        ready.set()

    def restart(self, port: int):
        """On the same folder and the port that it had."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.start(port)

    def run(self, command: str, *arguments: str) -> str:
        ended = subprocess.run(
            [self.binary, command, "--data", self.data, *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def sql(self, *arguments: str) -> str:
        """psql, as the owner of the database."""
        return self.run("psql", "--", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments)

    def client(self, name: str = "SUPABASE_ANON_KEY") -> Client:
        """A client with the key of this name."""
        return self.connect(self.keys[name])

    def connect(self, key: str) -> Client:
        return create_client(self.keys["SUPABASE_URL"], key)

    def mails(self, address: str) -> list["Mail"]:
        """What was written to an address, the newest first: the outbox is a folder where no mail server is set."""
        files = sorted((self.folder / "data" / "outbox").glob("*.json"), reverse=True)
        messages = (json.loads(file.read_text())["message"] for file in files)
        return [Mail(message) for message in messages if message["to"] == address]

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Mail:
    """One mail, with what people take from it."""

    def __init__(self, message: dict):
        self.subject, self.text, self.html = message["subject"], message["text"], message["html"]
        self.code = re.search(r"ode: (\d{6})", self.text)[1]
        link = re.search(r"https?://\S+/auth/v1/verify\?\S+", self.text)
        self.link = link and link[0]
        self.parameters = {name: values[0] for name, values in parse_qs(urlparse(self.link).query).items()} if self.link else {}


class Person:
    """Somebody with an account, and the client they are signed in with."""

    password = "a long enough secret"

    def __init__(self, server: Server, name: str):
        self.name = name
        self.email = f"{name.lower()}-{uuid.uuid4().hex[:8]}@example.com"
        self.client = server.client()
        answer = self.client.auth.sign_up({
            "email": self.email, "password": self.password, "options": {"data": {"display_name": name}}})
        assert answer.session, "signing up signs in"
        self.id = answer.user.id

    def table(self, name: str):
        return self.client.table(name)


@pytest.fixture(scope="session")
def binary() -> str:
    binary = os.environ.get("CONTINUO_BINARY", str(ROOT / ".build/release/continuo"))
    if not os.access(binary, os.X_OK):
        pytest.exit(f"{binary} is not there: build it with `make build`", returncode=2)
    return binary


@pytest.fixture(scope="session")
def server(binary):
    server = Server(binary)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def strict(binary):
    """A server that lets people in only when they have answered a mail."""
    server = Server(
        binary, CONTINUO_AUTH_AUTOCONFIRM="false", CONTINUO_AUTH_MAIL_INTERVAL="0",
        CONTINUO_AUTH_REDIRECT_URLS="https://app.example.com/**,myapp://*")
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def anon(server) -> Client:
    """A visitor: the public key, nobody signed in."""
    return server.client()


@pytest.fixture(scope="session")
def service(server) -> Client:
    """The service: row security does not hold for it."""
    return server.client("SUPABASE_SERVICE_ROLE_KEY")


@pytest.fixture(scope="session")
def ada(server) -> Person:
    return Person(server, "Ada")


@pytest.fixture(scope="session")
def ben(server) -> Person:
    return Person(server, "Ben")


@pytest.fixture
def newcomer(server) -> Person:
    """Somebody whom no other test knows."""
    return Person(server, "Nova")


def eventually(run, seconds=10):
    """What run() gives once it throws no APIError any more: after a reload of the schema or the configuration."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return run()
        except APIError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


@pytest.fixture(scope="session")
def shop(server, anon) -> Client:
    """A visitor's client, once tables.sql is served: records on labels, notes, and functions. The records never change."""
    server.sql("-f", str(HERE / "tables.sql"))
    eventually(lambda: anon.rpc("test_add", {"a": 1, "b": 1}).execute())
    return anon


@pytest.fixture
def new_song(service):
    """Makes a song as a worker would: new_song(person, title, **columns) gives its row."""
    def make(person, title, **columns):
        path = f"music/{person.id}/{uuid.uuid4()}.flac"
        row = {"user_id": person.id, "title": title, "storage_path": path, **columns}
        return service.table("songs").insert(row).execute().data[0]
    return make


@pytest.fixture
def refusal():
    """Runs a query that must be refused, and gives the error: refusal(query)."""
    def run(query) -> APIError:
        with pytest.raises(APIError) as caught:
            query.execute()
        return caught.value
    return run
