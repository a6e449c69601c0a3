"""The real program, a real browser: every test opens the Studio as a person would.

CONTINUO_BINARY names the program (default: .build/release/continuo). A test fails when its page logs an error,
unless it is marked `troubled`, because it breaks the network on purpose.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from studio import Studio

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    """`continuo serve` on a data folder of its own; it can be stopped and started again at the same address."""

    def __init__(self, binary: str):
        self.binary = binary
        # PostgreSQL runs as a user of its own when the tests run as root: it has to be able to walk in.
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="continuo-page-"))
        self.data.chmod(0o755)
        self.address = ""
        self.process = None

    def start(self):
        port = self.address.rsplit(":", 1)[-1] or "0"
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", str(self.data / "data"), "--port", port],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines, ready = [], threading.Event()
        # The pipe is read to its end: a full one would stop the server.
        threading.Thread(target=self._read, args=(self.process.stdout, lines, ready), daemon=True).start()
        if not ready.wait(60) or not self.address:
            self.remove()
            raise RuntimeError("the server did not start:\n" + "".join(lines[-40:]))

    def _read(self, output, lines, ready):
        for line in output:
            lines.append(line)
            if found := re.search(r"listening on (http://\S+:\d+)", line):
                self.address = found[1]
                ready.set()
        ready.set()

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def remove(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)


def make_server():
    binary = os.environ.get("CONTINUO_BINARY", str(ROOT / ".build/release/continuo"))
    if not os.access(binary, os.X_OK):
        pytest.exit(f"{binary} is not there: build it with `make build`", returncode=2)
    if not (ROOT / "site/vendor").is_dir():
        pytest.exit("site/vendor is not there: run scripts/vendor.sh", returncode=2)
    return Server(binary)


@pytest.fixture(scope="session")
def server():
    server = make_server()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def own_server():
    """A server that this test may stop."""
    server = make_server()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def browser():
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not path:
        pytest.exit("no browser: install chromium-headless-shell", returncode=2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, request):
    """Opens browsers of their own, one per person: visit(address, **options of a browser context)."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(address: str, **options) -> Studio:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(accept_downloads=True, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page: Page = context.new_page()
        page.on("console", lambda message: errors.append(f"{message.text} ({message.location['url']})") if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return Studio(page, address).open()

    yield open_page
    for context in contexts:
        context.close()
    if not request.node.get_closest_marker("troubled"):
        assert errors == [], "the page logged errors"


@pytest.fixture
def studio(visit, server) -> Studio:
    """The page as somebody new sees it."""
    return visit(server.address)


@pytest.fixture(scope="session")
def person(browser: Browser, server):
    """Somebody who has made one song: the browser state to open a page with."""
    context = browser.new_context()
    Studio(context.new_page(), server.address).open().make("calm piano in D minor, 20 seconds")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def library(visit, server, person) -> Studio:
    """The page of somebody who has a song."""
    studio = visit(server.address, storage_state=person)
    studio.cards.first.wait_for()
    return studio


def pytest_configure(config):
    config.addinivalue_line("markers", "troubled: the network is broken on purpose, so the browser logs errors")
