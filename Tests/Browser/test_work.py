"""Working on a song that is there: more like it, longer, repainted, remixed; and taking it elsewhere."""

import pytest
from playwright.sync_api import Locator, expect

from studio import MAKING, Studio
from test_access import LOOKS, audit, look  # noqa: F401 (`look` is a fixture)


@pytest.fixture
def song(studio) -> Locator:
    """The card of a song just made, of ten seconds; it stays the last in the list."""
    studio.make("calm piano in D minor, 10 seconds", title="Dawn")
    return studio.page.locator("li:last-child > song-card")


@pytest.fixture
def sent(studio) -> list[dict]:
    """What the page asks the server to make."""
    bodies: list[dict] = []
    studio.page.on("request", lambda request: bodies.append(request.post_data_json) if request.url.endswith("/generate") else None)
    return bodies


def dialog(studio: Studio) -> Locator:
    return studio.page.get_by_role("dialog")


def press(studio: Studio, name: str):
    dialog(studio).get_by_role("button", name=name, exact=True).click()


def arrives(studio: Studio, count=2) -> Locator:
    """The newest card, once there are `count`."""
    expect(studio.cards).to_have_count(count, timeout=MAKING)
    expect(studio.jobs).to_have_count(0)
    return studio.cards.first


def seconds(card: Locator) -> int:
    minutes, rest = card.locator(".song-length").inner_text().split(":")
    return int(minutes) * 60 + int(rest)


def facts(card: Locator) -> Locator:
    if not card.locator(".facts").is_visible():
        card.locator(".song-title").click()
    return card.locator(".facts")


def test_more_like_this_makes_another_song_and_names_where_it_comes_from(studio, song, sent):
    studio.menu(song, "More", "More like this")
    expect(studio.jobs.first).to_contain_text("More like “Dawn”")
    made = arrives(studio)
    assert {key: sent[0][key] for key in ("task", "prompt")} == {"task": "similar", "prompt": "calm piano in D minor, 10 seconds"}
    expect(facts(made)).to_contain_text("Made fromDawn")
    assert seconds(made) == seconds(song)


def test_variations_are_as_many_as_were_asked_for(studio, song, sent):
    studio.menu(song, "More", "Variations")
    expect(dialog(studio).get_by_label("3", exact=True)).to_be_focused()
    dialog(studio).get_by_label("3", exact=True).press("ArrowLeft")
    press(studio, "Make them")
    expect(dialog(studio)).to_have_count(0)
    expect(studio.jobs).to_have_count(2)
    arrives(studio, 3)
    assert (sent[0]["task"], sent[0]["count"]) == ("similar", 2)
    seeds = {facts(studio.cards.nth(index)).locator("code").inner_text() for index in range(2)}
    assert len(seeds) == 2, "each has a seed of its own"


def test_an_extended_song_is_longer(studio, song, sent):
    studio.menu(song, "More", "Extend")
    expect(dialog(studio).get_by_label("Seconds before")).to_have_value("0")
    expect(dialog(studio).get_by_label("Seconds after")).to_have_value("30")
    dialog(studio).get_by_label("Seconds before").fill("4")
    dialog(studio).get_by_label("Seconds after").fill("8")
    press(studio, "Extend")
    made = arrives(studio)
    assert (sent[0]["extend_before"], sent[0]["extend_after"]) == (4, 8)
    assert 17 <= seconds(made) <= 28


def test_an_extension_by_nothing_or_by_too_much_is_refused_at_its_field(studio, song, sent):
    studio.menu(song, "More", "Extend")
    after = dialog(studio).get_by_label("Seconds after")
    for value, message in {"0": "how many seconds to add", "700": "There is room for"}.items():
        after.fill(value)
        press(studio, "Extend")
        expect(dialog(studio).locator("[data-error-for=extend_after]")).to_contain_text(message)
        expect(after).to_be_focused()
        assert after.get_attribute("aria-invalid") == "true"
    assert sent == []


def test_a_part_is_chosen_by_dragging_and_only_that_part_is_repainted(studio, song, sent):
    studio.menu(song, "More", "Repaint")
    dialog(studio).locator("range-waveform[data-state=drawn]").wait_for()
    box = dialog(studio).locator("range-waveform").bounding_box()
    mouse, middle = studio.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.1, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.3, middle)
    mouse.move(box["x"] + box["width"] * 0.5, middle)
    mouse.up()
    start, end = dialog(studio).get_by_label("From second"), dialog(studio).get_by_label("To second")
    assert abs(float(start.input_value()) - 1) < 0.3
    assert abs(float(end.input_value()) - 5) < 0.3

    mouse.move(box["x"] + box["width"] * 0.5, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.8, middle)
    mouse.up()
    assert abs(float(start.input_value()) - 1) < 0.3, "dragging one edge leaves the other"
    assert abs(float(end.input_value()) - 8) < 0.3

    dialog(studio).get_by_label("What should happen there").fill("only strings")
    press(studio, "Repaint")
    made = arrives(studio)
    assert sent[0]["task"] == "repaint"
    assert sent[0]["prompt"] == "only strings"
    assert abs(sent[0]["repaint_end"] - 8) < 0.3
    assert seconds(made) == seconds(song)


def test_the_fields_of_a_part_move_its_mark(studio, song, sent):
    studio.menu(song, "More", "Repaint")
    mark, wave = dialog(studio).locator(".range-part"), dialog(studio).locator("range-waveform")
    dialog(studio).get_by_label("From second").fill("2.5")
    dialog(studio).get_by_label("To second").fill("5")
    wide = wave.bounding_box()
    assert abs((mark.bounding_box()["x"] - wide["x"]) / wide["width"] - 0.25) < 0.03
    assert abs(mark.bounding_box()["width"] / wide["width"] - 0.25) < 0.03
    dialog(studio).get_by_label("To second").fill("2")
    press(studio, "Repaint")
    expect(dialog(studio).locator("[data-error-for=repaint_end]")).to_contain_text("half a second")
    dialog(studio).get_by_label("To second").fill("99")
    press(studio, "Repaint")
    expect(dialog(studio).locator("[data-error-for=repaint_end]")).to_contain_text("The song ends at")
    dialog(studio).get_by_label("To second").fill("5")
    press(studio, "Repaint")
    arrives(studio)
    assert sent[0]["prompt"] == "calm piano in D minor, 10 seconds", "without words it is another take of the same"


def test_a_remix_takes_a_style_out_of_those_there_are(studio, song, sent):
    studio.menu(song, "More", "Remix")
    press(studio, "Remix")
    expect(dialog(studio).locator("[data-error-for=prompt]")).to_contain_text("Name a style")
    expect(dialog(studio).locator("datalist option[value=house]")).to_have_count(1)
    dialog(studio).get_by_label("Style or description").fill("house")
    dialog(studio).get_by_label("Style or description").press("Enter")
    made = arrives(studio)
    assert (sent[0]["task"], sent[0]["prompt"]) == ("remix", "house")
    expect(made.locator(".song-meta")).to_contain_text("House")


def test_several_songs_can_be_asked_for_at_once(studio, sent):
    chip = studio.page.locator("[popovertarget=composer-count]")
    expect(chip).to_have_text("One song")
    chip.click()
    studio.page.locator("#composer-count").get_by_text("2", exact=True).click()
    studio.page.keyboard.press("Escape")
    expect(chip).to_have_text("2 songs")
    studio.ask("march, 10 seconds")
    expect(studio.jobs).to_have_count(2)
    arrives(studio, 2)
    assert sent[0]["count"] == 2


@pytest.mark.troubled
def test_what_the_server_refuses_is_said_in_the_dialog(studio, song):
    failure = {"error": {"code": "parent_unsuitable", "message": "This song was made by another engine.", "hint": "The task “similar” follows any recording."}}
    studio.page.route("**/generate", lambda route: route.fulfill(status=422, json=failure))
    studio.menu(song, "More", "Extend")
    press(studio, "Extend")
    expect(dialog(studio).get_by_role("alert").filter(has_text="made by another engine")).to_contain_text("follows any recording")
    press(studio, "Close")
    expect(song.get_by_role("button", name="More")).to_be_focused()
    studio.menu(song, "More", "More like this")
    expect(studio.page.locator(".toast").last).to_contain_text("made by another engine")


def test_a_song_whose_composition_is_gone_says_why_it_cannot_be_worked_on(studio, song, server):
    identity = song.evaluate("(card) => card.song.id")
    (server.data / "data/outputs" / f"{identity}_plan.json").unlink()
    studio.menu(song, "More", "Extend")
    press(studio, "Extend")
    expect(studio.jobs.get_by_role("alert")).to_contain_text("needs a song of this composer", timeout=MAKING)
    expect(studio.jobs.first).to_contain_text("“Dawn”, longer")


def download(studio: Studio, card: Locator, name: str):
    with studio.page.expect_download(timeout=MAKING) as event:
        studio.menu(card, "Download", name)
    return event.value.suggested_filename, open(event.value.path(), "rb").read()


def test_a_song_goes_into_a_live_set_and_onto_paper(studio, song):
    name, data = download(studio, song, "Ableton Live set")
    assert (name, data[:2]) == ("Dawn.als", b"\x1f\x8b"), "a Live set is gzipped XML"
    name, data = download(studio, song, "Lead sheet")
    assert name == "Dawn.musicxml"
    assert b"<score-partwise" in data
    song.get_by_role("button", name="Download").click()
    expect(studio.page.get_by_role("menuitem", name="Lead sheet")).to_be_visible()
    expect(studio.page.get_by_role("menuitem", name="Timed lyrics")).to_have_count(0)


def test_the_lyrics_of_a_song_can_be_had_in_time(studio):
    studio.options(lambda: studio.page.get_by_label("Lyrics", exact=True).fill("[verse]\nThe morning comes\nThe light is new"))
    card = studio.make("folk song, 20 seconds", title="Dawn")
    name, data = download(studio, card, "Timed lyrics")
    assert name == "Dawn.lrc"
    assert b"[00:" in data and b"morning" in data


def test_axe_finds_nothing_in_the_dialogs_of_a_song(visit, server, person, look):  # noqa: F811
    studio = visit(server.address, storage_state=person, **look)
    card = studio.cards.first
    for name, button in {"Variations": "", "Extend": "Extend", "Repaint": "Repaint", "Remix": "Remix"}.items():
        studio.menu(card, "More", name)
        for field in dialog(studio).locator("[type=number]").all():
            field.fill("0")
        if button:
            press(studio, button)
        audit(studio, name)
        studio.page.keyboard.press("Escape")
    studio.page.locator("[popovertarget=composer-count]").click()
    audit(studio, "how many")


def test_a_phone_never_scrolls_sideways_in_the_dialogs_of_a_song(visit, server, person):
    studio = visit(server.address, storage_state=person, **LOOKS["phone"])
    for name in ("Variations", "Extend", "Repaint", "Remix"):
        studio.menu(studio.cards.first, "More", name)
        assert studio.overflowing() == [], name
        studio.page.keyboard.press("Escape")
