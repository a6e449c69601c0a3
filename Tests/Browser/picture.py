"""Takes the picture for the README from the running page.

usage: .venv/bin/python Tests/Browser/picture.py docs/studio.png [light|dark]
"""

import shutil
import sys

from playwright.sync_api import expect, sync_playwright

from conftest import make_server
from studio import MAKING, Studio

PROMPTS = ["slow waltz for strings in G minor, 90 seconds", "upbeat funk with slap bass, 90 seconds",
           "sad piano ballad in D minor, 2 minutes", "dark techno, 130 bpm, 2 minutes"]


def take(path: str, scheme: str):
    server = make_server()
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium-headless-shell"), args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"])
            page = browser.new_page(viewport={"width": 1360, "height": 980}, color_scheme=scheme)
            studio = Studio(page, server.address).open()
            for prompt in PROMPTS:
                studio.make(prompt)
            studio.cards.first.locator(".song-sections button").nth(2).click()
            page.mouse.move(5, 5)
            studio.position_past(1)
            expect(page.locator(".toast")).to_have_count(0, timeout=MAKING)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=path)
    finally:
        server.remove()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    take(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else "dark")
