"""The page on which every style can be heard.

Samples stay on the server: each test that has one made takes a style of its own.
"""

import re

import pytest
from playwright.sync_api import Locator, expect

from studio import MAKING, Studio
from test_access import LOOKS, audit, look  # noqa: F401 (`look` is a fixture)


def card(studio: Studio, style: str) -> Locator:
    return studio.page.locator(f"li[data-id={style}] style-card")


def play(studio: Studio, style: str) -> Locator:
    card(studio, style).locator(".style-play").click()
    return card(studio, style)


def hear(studio: Studio, style: str) -> Locator:
    """Plays a style and waits until it sounds."""
    found = play(studio, style)
    expect(found).to_have_attribute("data-state", "playing", timeout=MAKING)
    studio.position_past(0.1)
    return found


def open_styles(studio: Studio) -> Studio:
    studio.page.locator(".tabs").get_by_role("link", name="Styles").click()
    studio.page.locator("style-card").first.wait_for()
    return studio


@pytest.fixture
def styles(studio) -> Studio:
    return open_styles(studio)


def test_every_style_has_a_card_with_its_tempo_and_meter(styles):
    known = styles.page.request.get(f"{styles.address}/styles").json()["styles"]
    assert len(known) >= 40
    expect(styles.page.locator("style-card")).to_have_count(len(known))
    for style in known:
        found = card(styles, style["id"])
        expect(found.get_by_role("heading")).to_have_text(style["name"])
        expect(found).to_contain_text(style["about"])
        expect(found.locator(".style-meta")).to_have_text(f"{style['tempo'][0]:g}–{style['tempo'][1]:g} BPM{style['meter']}")


def test_looking_at_the_styles_begins_no_session(styles):
    assert styles.page.evaluate("localStorage.getItem('continuo.session')") is None


def test_the_page_has_an_address_of_its_own(styles):
    assert styles.page.url.endswith("#/styles")
    expect(styles.page).to_have_title(re.compile("Styles"))
    styles.page.goto("about:blank")
    styles.page.goto(f"{styles.address}/#styles")
    expect(styles.page.get_by_role("heading", name="Hear every style")).to_be_visible()
    expect(styles.page.locator(".rooms").get_by_role("link", name="Studio")).to_have_attribute("aria-current", "true")
    styles.page.go_back()


def test_a_sample_is_made_on_the_first_press_and_kept_for_everybody(styles, visit, server):
    styles.page.evaluate(
        """() => {
            const card = document.querySelector('li[data-id=house] style-card');
            window.seen = [];
            new MutationObserver(() => {
                const stage = card.querySelector('.style-stage');
                if (!stage.hidden) window.seen.push([card.querySelector('progress').value, stage.textContent]);
            }).observe(card, { subtree: true, childList: true, attributes: true, characterData: true });
        }""")
    found = hear(styles, "house")
    seen = styles.page.evaluate("window.seen")
    values = [value for value, _ in seen]
    assert values == sorted(values), "progress never goes back"
    assert len(set(values)) >= 3, seen
    assert any(" %" in stage for _, stage in seen), seen
    expect(styles.player.locator(".now-title")).to_have_text("House — style sample")
    expect(found.get_by_role("button", name="Pause House")).to_be_visible()
    assert styles.loudness() > 0.02

    other = open_styles(visit(server.address))
    asked = []
    other.page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    hear(other, "house")
    assert asked == []


def test_a_second_press_pauses_and_a_third_goes_on(styles):
    found = hear(styles, "ambient")
    play(styles, "ambient")
    expect(found).to_have_attribute("data-state", "ready")
    assert not styles.is_playing
    before = styles.position
    hear(styles, "ambient")
    assert styles.position >= before


def test_a_sample_in_the_making_can_be_cancelled(styles):
    found = play(styles, "trance")
    expect(found).to_have_attribute("data-state", "making")
    found.get_by_role("button", name="Cancel the sample of Trance").click()
    expect(found).to_have_attribute("data-state", "ready")
    expect(found.locator(".style-failure")).to_be_empty()
    styles.page.wait_for_timeout(500)
    expect(styles.player).to_be_hidden()
    assert styles.page.request.get(f"{styles.address}/styles/trance/sample").status == 404


def test_playing_one_stops_another(styles):
    first = hear(styles, "jazz")
    hear(styles, "waltz")
    expect(first).to_have_attribute("data-state", "ready")
    expect(styles.player.locator(".now-title")).to_have_text("Waltz — style sample")
    assert styles.page.evaluate("[...document.querySelectorAll('audio')].filter((audio) => !audio.paused).length") == 1


def test_a_sample_that_is_ready_late_does_not_interrupt_what_was_asked_for_since(styles):
    hear(styles, "folk")
    late = play(styles, "metal")
    play(styles, "folk")
    play(styles, "folk")
    expect(late).to_have_attribute("data-state", "ready", timeout=MAKING)
    expect(styles.player.locator(".now-title")).to_have_text("Folk — style sample")


def test_a_sample_gives_way_to_a_song_and_the_song_to_it(library):
    library.cards.first.get_by_role("button", name="Play").click()
    library.position_past(0.1)
    hear(open_styles(library), "house")
    library.page.locator(".tabs").get_by_role("link", name="Create").click()
    library.cards.first.get_by_role("button", name="Play").click()
    expect(library.player.locator(".now-title")).to_have_text(library.title())
    expect(card(library, "house")).to_have_attribute("data-state", "ready")


def test_the_title_in_the_player_leads_back_to_the_style(styles):
    hear(styles, "house")
    styles.page.get_by_label("Find a style").fill("waltz")
    styles.page.locator(".tabs").get_by_role("link", name="Create").click()
    styles.player.locator(".now-title").click()
    expect(card(styles, "house").get_by_role("button", name="Pause House")).to_be_focused()


def test_the_field_finds_styles_by_name_word_and_description(styles):
    shown = styles.page.locator("style-card:visible")
    field = styles.page.get_by_label("Find a style")
    everything = shown.count()
    for text, style in {"Bossa": "bossa-nova", "hip hop": "lo-fi", "HARPSICHORD": "baroque", "chicago house": "house"}.items():
        field.fill(text)
        expect(card(styles, style)).to_be_visible()
        assert shown.count() < everything / 2, text
        expect(styles.page.locator(".styles-find [role=status]")).to_have_text(f"{shown.count()} of {everything}")
    field.fill("no such music")
    expect(shown).to_have_count(0)
    styles.page.get_by_role("button", name="Show all styles").click()
    expect(shown).to_have_count(everything)
    expect(field).to_be_focused()


def test_use_this_style_puts_its_word_into_the_prompt_and_keeps_what_was_written(styles):
    use = lambda style: card(styles, style).get_by_role("button", name="Use this style").click()
    use("bossa-nova")
    expect(styles.prompt).to_have_value("bossa nova")
    expect(styles.prompt).to_be_focused()
    styles.prompt.fill("bossa nova, slow, in A minor")
    open_styles(styles)
    use("waltz")
    expect(styles.prompt).to_have_value("waltz, slow, in A minor")
    styles.prompt.fill("sad, with a flute")
    open_styles(styles)
    use("tango")
    expect(styles.prompt).to_have_value("sad, with a flute, tango")


@pytest.mark.troubled
def test_a_failure_is_said_on_the_card_and_can_be_tried_again(styles):
    page = styles.page
    failure = {"error": {"code": "storage_unwritable", "message": "The sample could not be put in place.", "hint": "Is the disk full?"}}
    page.route("**/styles/disco/sample", lambda route: route.fulfill(status=500, json=failure), times=1)
    found = play(styles, "disco")
    expect(found.get_by_role("alert")).to_contain_text("The sample could not be put in place. Is the disk full?")
    found.get_by_role("button", name="Try again").click()
    expect(found).to_have_attribute("data-state", "playing", timeout=MAKING)
    expect(found.locator(".style-failure")).to_be_empty()


@pytest.mark.troubled
def test_a_job_that_fails_says_why_on_the_card(styles):
    page = styles.page
    job = {"job_id": "0b0f3c9e-0000-4000-8000-000000000003", "kind": "styles.sample", "status": "failed", "progress": 0.4,
           "created_at": "2030-01-01T00:00:00Z", "error": {"code": "engine_failed", "message": "The engine stopped.", "hint": None}}
    page.route("**/styles/dub/sample", lambda route: route.fulfill(status=202, json={"job_id": job["job_id"]}))
    page.route("**/jobs/*/events", lambda route: route.abort())
    page.route(f"**/jobs/{job['job_id']}", lambda route: route.fulfill(json=job))
    expect(play(styles, "dub").get_by_role("alert")).to_contain_text("The engine stopped.", timeout=MAKING)
    expect(styles.jobs).to_have_count(0)


@pytest.mark.troubled
def test_a_sample_that_has_gone_is_made_anew_on_the_next_press(styles, visit, server):
    hear(styles, "march")
    other = open_styles(visit(server.address))
    for sample in (server.data / "data/samples").glob("march-*"):
        sample.unlink()
    found = play(other, "march")
    expect(other.page.locator(".toast")).to_contain_text("cannot be played")
    expect(found).to_have_attribute("data-state", "ready")
    hear(other, "march")


@pytest.mark.troubled
def test_a_list_that_does_not_come_can_be_asked_for_again(studio):
    studio.page.route("**/styles", lambda route: route.fulfill(status=500, json={}), times=1)
    studio.page.locator(".tabs").get_by_role("link", name="Styles").click()
    studio.page.get_by_role("button", name="Try again").click()
    studio.page.locator("style-card").first.wait_for()


def test_a_style_is_found_heard_and_used_by_keyboard_alone(styles):
    page, keys = styles.page, styles.page.keyboard
    field = page.get_by_label("Find a style")
    field.focus()
    keys.press("ArrowDown")
    expect(page.locator("style-card").first.locator(".style-play")).to_be_focused()
    keys.press("ArrowDown")
    # Two columns: the card below is the third.
    expect(page.locator("style-card").nth(2).locator(".style-play")).to_be_focused()
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(field).to_be_focused()
    keys.type("chicago house")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(card(styles, "house")).to_have_attribute("data-state", "playing", timeout=MAKING)
    expect(page.get_by_role("button", name="Pause House")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(styles.prompt).to_be_focused()
    expect(styles.prompt).to_have_value("house")


def test_skipping_to_the_content_stays_on_the_page(styles):
    styles.page.locator(".skip").focus()
    styles.page.keyboard.press("Enter")
    expect(styles.page.locator("#main")).to_be_focused()
    expect(styles.page.get_by_role("heading", name="Hear every style")).to_be_visible()


@pytest.mark.troubled
def test_axe_finds_nothing_on_the_page_of_styles(visit, server, look):  # noqa: F811
    studio = open_styles(visit(server.address, **look))
    page = studio.page
    audit(studio, "styles")
    page.route("**/styles/*/sample", lambda route: route.fulfill(status=202, json={"job_id": "0b0f3c9e-0000-4000-8000-000000000004"}))
    page.route("**/jobs/**", lambda route: route.fulfill(json={
        "job_id": "0b0f3c9e-0000-4000-8000-000000000004", "kind": "styles.sample", "status": "running", "progress": 0.4, "message": "playing 8 parts"}))
    play(studio, "punk")
    expect(page.locator("style-card[data-state=making] .style-stage")).to_contain_text("40 %", timeout=MAKING)
    audit(studio, "making")
    page.route("**/styles/*/sample", lambda route: route.fulfill(status=500, json={"error": {"code": "e", "message": "It cannot be made.", "hint": None}}))
    play(studio, "rock")
    card(studio, "rock").get_by_role("button", name="Try again").wait_for()
    audit(studio, "failed")
    page.get_by_label("Find a style").fill("nothing like it")
    audit(studio, "none found")


def test_a_phone_never_scrolls_sideways_among_the_styles(visit, server):
    studio = open_styles(visit(server.address, **LOOKS["phone"]))
    assert studio.overflowing() == []
    hear(studio, "house")
    assert studio.overflowing() == []
    studio.page.get_by_label("Find a style").fill("x" * 80)
    assert studio.overflowing() == []
