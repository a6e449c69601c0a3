"""Everybody can use the page: by keyboard, by screen reader, by day, by night, on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from studio import MAKING

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}, "has_touch": True},
}


def audit(studio, state: str):
    # Without axe's own fetching of style sheets: it looks for imported ones at the wrong address and logs the failures.
    results = Axe().run(studio.page, options={"preload": False})
    assert results.violations_count == 0, f"{state}:\n{results.generate_report()}"


@pytest.fixture(params=LOOKS)
def look(request):
    # Without motion: a colour in mid-fade would be judged.
    return {"reduced_motion": "reduce", **LOOKS[request.param]}


def test_axe_finds_nothing_on_the_empty_page_and_while_a_song_is_made(visit, server, look):
    studio = visit(server.address, **look)
    audit(studio, "empty")
    studio.page.get_by_role("button", name="Create").click()
    audit(studio, "prompt missing")
    studio.ask("ambient, ten minutes")
    studio.jobs.first.wait_for()
    audit(studio, "making")
    studio.jobs.first.get_by_role("button", name="Cancel").click()
    expect(studio.jobs).to_have_count(0)


def test_axe_finds_nothing_around_a_song(visit, server, person, look):
    studio = visit(server.address, storage_state=person, **look)
    card = studio.cards.first
    audit(studio, "list")
    card.locator(".song-title").click()
    card.get_by_role("button", name="Play").click()
    expect(studio.player).to_be_visible()
    audit(studio, "open and playing")
    card.get_by_role("button", name="Download").click()
    audit(studio, "download menu")
    studio.page.keyboard.press("Escape")
    studio.menu(card, "More", "Rename")
    audit(studio, "renaming")
    studio.page.keyboard.press("Escape")
    studio.menu(card, "More", "Delete")
    audit(studio, "deleting")
    studio.page.get_by_role("button", name="Keep it").click()


def test_axe_finds_nothing_in_panels_dialogs_and_rooms(visit, server, person, look):
    studio = visit(server.address, storage_state=person, **look)
    page = studio.page
    for panel in ("length", "seed", "options"):
        page.locator(f"[popovertarget=composer-{panel}]").click()
        audit(studio, f"panel {panel}")
        page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    audit(studio, "shortcuts")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Anonymous: keep my songs").click()
    audit(studio, "sign up")
    page.get_by_role("button", name="I have an account").click()
    audit(studio, "sign in")
    page.keyboard.press("Escape")
    for room in ("Producer", "Soundscapes", "Player"):
        page.locator(".rooms").get_by_role("link", name=room).click()
        expect(page.get_by_role("heading", name=room)).to_be_visible()
        audit(studio, room)


@pytest.mark.troubled
def test_axe_finds_nothing_while_the_server_is_away(visit, server, person, look):
    studio = visit(server.address, storage_state=person, **look)
    studio.page.route("**/*", lambda route: route.abort())
    studio.ask("anything")
    expect(studio.banner).to_be_visible()
    audit(studio, "away")
    studio.page.unroute_all(behavior="wait")
    expect(studio.banner).to_be_hidden(timeout=20_000)


def test_a_phone_never_scrolls_sideways(visit, server, person):
    studio = visit(server.address, storage_state=person, **LOOKS["phone"])
    page = studio.page
    card = studio.cards.first
    card.wait_for()
    assert studio.overflowing() == []
    card.locator(".song-title").click()
    card.get_by_role("button", name="Play").click()
    expect(studio.player).to_be_visible()
    assert studio.overflowing() == []
    card.get_by_role("button", name="Download").click()
    assert studio.overflowing() == []
    page.keyboard.press("Escape")
    for panel in ("length", "seed", "options"):
        page.locator(f"[popovertarget=composer-{panel}]").click()
        assert studio.overflowing() == [], panel
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Anonymous: keep my songs").click()
    assert studio.overflowing() == []
    page.keyboard.press("Escape")
    page.locator(".rooms").get_by_role("link", name="Producer").click()
    assert studio.overflowing() == []


def test_a_long_word_does_not_burst_a_phone(visit, server):
    studio = visit(server.address, **LOOKS["phone"])
    studio.make("a" * 300 + " piano, 20 seconds", title="W" * 120)
    assert studio.overflowing() == []


def test_a_song_can_be_made_heard_and_deleted_by_keyboard_alone(studio):
    page, keys = studio.page, studio.page.keyboard
    keys.press("/")
    expect(studio.prompt).to_be_focused()
    keys.type("bossa nova, 20 seconds")
    keys.press("Enter")
    expect(studio.cards).to_have_count(1, timeout=MAKING)
    expect(studio.player.get_by_role("button", name="Pause")).to_be_visible()

    studio.position_past(0.2)

    keys.press("Escape")
    keys.press(" ")
    expect(studio.player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert not studio.is_playing
    before = studio.position
    keys.press("ArrowRight")
    assert abs(studio.position - before - 5) < 0.5
    keys.press("ArrowLeft")
    assert abs(studio.position - before) < 0.5
    keys.press("m")
    expect(studio.player.get_by_role("button", name="Unmute")).to_be_visible()
    keys.press("m")

    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    more = studio.cards.first.get_by_role("button", name="More")
    for _ in range(60):
        keys.press("Tab")
        if more.evaluate("button => button === document.activeElement"):
            break
    expect(more).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    keys.press("End")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(studio.cards).to_have_count(0)


def test_a_menu_closes_on_escape_and_gives_the_focus_back(library):
    button = library.cards.first.get_by_role("button", name="Download")
    button.focus()
    library.page.keyboard.press("ArrowDown")
    expect(library.page.get_by_role("menuitem", name="WAV")).to_be_focused()
    library.page.keyboard.press("f")
    expect(library.page.get_by_role("menuitem", name="FLAC")).to_be_focused()
    library.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_the_theme_that_was_chosen_stays(visit, server):
    studio = visit(server.address, color_scheme="light")
    page = studio.page
    canvas = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(canvas)
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    dark = page.evaluate(canvas)
    assert dark != light
    page.reload()
    assert page.evaluate(canvas) == dark
