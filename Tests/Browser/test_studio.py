"""Making, hearing, keeping and losing songs."""

import io
import wave

from playwright.sync_api import expect

from studio import MAKING


def test_one_click_on_a_fresh_page_makes_a_song_that_sounds(studio):
    card = studio.make("calm piano, 20 seconds")
    expect(studio.player).to_be_visible()
    assert studio.loudness() > 0.02
    before = studio.position
    studio.page.wait_for_timeout(700)
    assert studio.position > before
    expect(card.get_by_role("button", name="Pause")).to_be_visible()


def test_the_empty_page_offers_a_first_song(studio):
    expect(studio.page.get_by_text("a whole band waiting")).to_be_visible()
    studio.page.get_by_role("button", name="Make one for me").click()
    expect(studio.jobs.first).to_be_visible()
    assert studio.prompt.input_value() != ""
    studio.jobs.first.get_by_role("button", name="Cancel").click()
    expect(studio.jobs).to_have_count(0)


def test_an_example_fills_the_prompt(studio):
    chip = studio.page.locator(".examples .chip").first
    text = chip.inner_text()
    chip.click()
    expect(studio.prompt).to_have_value(text)
    expect(studio.prompt).to_be_focused()


def test_progress_is_shown_while_the_song_is_made(studio):
    studio.page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const bar = document.querySelector('.job progress');
                const stage = document.querySelector('.job .job-stage')?.textContent;
                if (bar) window.seen.push([bar.value, stage]);
            }).observe(document.querySelector('job-list'), { subtree: true, childList: true, attributes: true, characterData: true });
        }""")
    studio.ask("synthwave, three minutes")
    expect(studio.cards).to_have_count(1, timeout=MAKING)
    seen = studio.page.evaluate("window.seen")
    values = [value for value, _ in seen]
    assert values == sorted(values), "progress never goes back"
    assert len(set(values)) >= 3, values
    assert len({stage for _, stage in seen}) >= 2, seen
    expect(studio.jobs).to_have_count(0)


def test_a_cancelled_job_leaves_nothing(studio):
    studio.ask("ambient, ten minutes")
    studio.jobs.first.get_by_role("button", name="Cancel").click()
    expect(studio.jobs).to_have_count(0)
    studio.page.reload()
    studio.page.locator("song-list[data-shown=empty]").wait_for()


def test_the_waveform_is_drawn_and_a_press_on_it_plays_from_there(library):
    card = library.cards.first
    assert library.waveform_ink(card) > 200
    box = card.locator("song-waveform").bounding_box()
    library.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    assert library.position_past(8) < 14


def test_a_section_button_plays_that_section(library):
    card = library.cards.first
    card.locator(".song-title").click()
    buttons = card.locator(".song-sections button")
    assert buttons.count() >= 2
    buttons.last.click()
    expect(buttons.last).to_have_class("sounding")
    assert library.position_past(5) < 20


def test_the_wav_that_is_downloaded_holds_the_song(library):
    with library.page.expect_download() as download:
        library.menu(library.cards.first, "Download", "WAV")
    data = open(download.value.path(), "rb").read()
    with wave.open(io.BytesIO(data)) as file:
        assert abs(file.getnframes() / file.getframerate() - 20) < 0.5
        assert file.getnchannels() == 2
        assert any(file.readframes(file.getnframes())), "not silence"
    assert download.value.suggested_filename.endswith(".wav")


def test_every_other_format_can_be_downloaded(library):
    starts = {"MP3": (b"ID3", b"\xff\xfb", b"\xff\xf3"), "FLAC": (b"fLaC",), "Opus": (b"OggS",), "MIDI": (b"MThd",), "Stems": (b"PK\x03\x04",)}
    for name, magic in starts.items():
        with library.page.expect_download(timeout=MAKING) as download:
            library.menu(library.cards.first, "Download", name)
        head = open(download.value.path(), "rb").read(4)
        assert head.startswith(magic), (name, head)


def test_songs_are_still_there_after_a_reload(studio):
    studio.make("folk guitar, 20 seconds")
    title = studio.title()
    studio.page.reload()
    expect(studio.cards).to_have_count(1)
    assert studio.title() == title


def test_somebody_else_does_not_see_them(library, visit, server):
    stranger = visit(server.address)
    expect(stranger.cards).to_have_count(0)


def test_a_song_can_be_renamed_shared_and_deleted(studio):
    card = studio.make("waltz for strings, 20 seconds")
    studio.menu(card, "More", "Rename")
    card.get_by_label("New title").fill("Harbour at dusk")
    card.get_by_label("New title").press("Enter")
    expect(card.locator(".song-title")).to_have_text("Harbour at dusk")
    expect(studio.player.locator(".now-title")).to_have_text("Harbour at dusk")

    studio.menu(card, "More", "Make public")
    expect(card.locator(".badge")).to_be_visible()
    studio.page.reload()
    expect(card.locator(".song-title")).to_have_text("Harbour at dusk")
    expect(card.locator(".badge")).to_be_visible()
    studio.menu(card, "More", "Make private")
    expect(card.locator(".badge")).to_have_count(0)

    studio.menu(card, "More", "Delete")
    studio.page.get_by_role("button", name="Keep it").click()
    expect(studio.cards).to_have_count(1)
    studio.menu(card, "More", "Delete")
    studio.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(studio.cards).to_have_count(0)
    expect(studio.player).to_be_hidden()
    studio.page.reload()
    studio.page.locator("song-list[data-shown=empty]").wait_for()


def test_the_same_song_again_brings_back_its_wishes(library):
    card = library.cards.first
    card.locator(".song-title").click()
    seed = card.locator(".facts code").inner_text()
    library.menu(card, "More", "Same song again")
    expect(library.prompt).to_have_value("calm piano in D minor, 20 seconds")
    expect(library.page.locator("[data-part=chip-seed]")).to_contain_text(seed)


def test_an_account_keeps_the_songs_and_finds_them_elsewhere(studio, visit, server):
    studio.make("reggae, 20 seconds")
    title = studio.title()
    page = studio.page
    page.get_by_role("button", name="Anonymous: keep my songs").click()
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("a long enough one")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("account-corner")).to_contain_text("ada@example.com")
    expect(studio.cards).to_have_count(1)

    elsewhere = visit(server.address)
    elsewhere.page.get_by_role("button", name="Sign in").click()
    if elsewhere.page.get_by_role("button", name="I have an account").is_visible():
        elsewhere.page.get_by_role("button", name="I have an account").click()
    dialog = elsewhere.page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("ada@example.com")
    dialog.get_by_label("Password").fill("a long enough one")
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(elsewhere.cards).to_have_count(1)
    assert elsewhere.title() == title


def test_the_next_song_follows_and_the_one_before_can_be_gone_back_to(studio):
    studio.make("disco, 20 seconds", title="First")
    studio.make("blues, 20 seconds", title="Second")
    now = studio.player.locator(".now-title")
    studio.cards.nth(0).get_by_role("button", name="Play Second").click()
    expect(now).to_have_text("Second")
    studio.player.get_by_role("button", name="Next").click()
    expect(now).to_have_text("First")
    studio.player.get_by_role("button", name="Previous").click()
    expect(now).to_have_text("Second")
