"""What goes wrong is said, where it went wrong, and mends itself when it can."""

import json
import signal

import pytest
from playwright.sync_api import expect


def test_an_empty_prompt_is_asked_for(studio):
    studio.page.get_by_role("button", name="Create").click()
    expect(studio.page.get_by_text("Describe the song first")).to_be_visible()
    expect(studio.prompt).to_be_focused()
    assert studio.prompt.get_attribute("aria-invalid") == "true"
    studio.prompt.fill("a")
    expect(studio.page.get_by_text("Describe the song first")).to_have_count(0)


@pytest.mark.troubled
def test_a_wrong_value_is_named_at_its_field(studio):
    page = studio.page
    page.locator("[popovertarget=composer-length]").click()
    page.get_by_label("Seconds").fill("5")
    page.keyboard.press("Escape")
    studio.ask("folk")
    field = page.get_by_label("Seconds")
    expect(field).to_be_visible()
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    expect(page.locator("[data-error-for=duration]")).not_to_be_empty()
    expect(studio.jobs).to_have_count(0)


@pytest.mark.troubled
def test_a_stopped_server_is_announced_and_the_page_recovers(own_server, visit):
    studio = visit(own_server.address)
    studio.make("house, 20 seconds")
    title = studio.title()
    own_server.stop(signal.SIGTERM)
    expect(studio.banner).to_be_visible(timeout=20_000)
    expect(studio.banner).to_contain_text("does not answer")
    assert studio.title() == title, "what was there stays in sight"

    studio.ask("trance, 20 seconds")
    expect(studio.page.locator("[data-error-for=prompt]")).to_contain_text("Your prompt stays here")
    expect(studio.prompt).to_have_value("trance, 20 seconds")

    own_server.start()
    expect(studio.banner).to_be_hidden(timeout=20_000)
    studio.make("trance, 20 seconds")
    expect(studio.cards).to_have_count(2)


@pytest.mark.troubled
def test_a_job_is_followed_across_a_restart_of_the_server(own_server, visit):
    studio = visit(own_server.address)
    studio.ask("drum and bass, four minutes")
    expect(studio.jobs.first.locator("progress")).to_be_visible()
    own_server.stop(signal.SIGKILL)
    expect(studio.banner).to_be_visible(timeout=20_000)
    own_server.start()
    expect(studio.banner).to_be_hidden(timeout=20_000)
    # The killed worker's lease has to run out before another may take the job.
    expect(studio.cards).to_have_count(1, timeout=240_000)
    expect(studio.jobs).to_have_count(0)


def test_a_failed_job_says_why_and_can_be_tried_again(studio):
    job = {
        "job_id": "0b0f3c9e-0000-4000-8000-000000000001", "kind": "generate", "status": "failed", "progress": 0.4, "message": "Mixing",
        "position": None, "created_at": "2030-01-01T00:00:00Z", "started_at": None, "finished_at": None, "request": {"prompt": "a hard one"},
        "result": None, "error": {"code": "engine_failed", "message": "The engine stopped.", "hint": "A shorter song needs less memory."}}
    retried = []
    page = studio.page
    page.route("**/jobs?*", lambda route: route.fulfill(json={"jobs": [job]}))
    page.route("**/jobs/*/retry", lambda route: (retried.append(route.request.url), route.fulfill(status=202, json={"job_id": job["job_id"]})))
    again = {**job, "status": "running", "progress": 0.1, "error": None}
    page.route("**/jobs/*/events", lambda route: route.fulfill(
        content_type="text/event-stream", body=f"data: {json.dumps({**again, 'status': 'cancelled'})}\n\n"))
    # Somebody without a session has no jobs to ask for: begin one.
    page.evaluate("import('/models/studio.js').then(({ studio }) => studio.session.token())")
    page.reload()
    card = studio.jobs.first
    expect(card).to_contain_text("The engine stopped.")
    expect(card).to_contain_text("A shorter song needs less memory.")
    card.get_by_role("button", name="Try again").click()
    expect(studio.jobs).to_have_count(0)
    assert len(retried) == 1


def test_a_failure_that_was_dismissed_stays_away(studio):
    job = {"job_id": "0b0f3c9e-0000-4000-8000-000000000002", "kind": "generate", "status": "failed", "progress": 0, "message": "",
           "created_at": "2030-01-01T00:00:00Z", "request": {"prompt": "x"}, "error": {"code": "e", "message": "No.", "hint": None}}
    page = studio.page
    page.route("**/jobs?*", lambda route: route.fulfill(json={"jobs": [job]}))
    page.evaluate("import('/models/studio.js').then(({ studio }) => studio.session.token())")
    page.reload()
    studio.jobs.first.get_by_role("button", name="Dismiss").click()
    expect(studio.jobs).to_have_count(0)
    page.reload()
    studio.page.locator("song-list[data-shown=empty]").wait_for()
    expect(studio.jobs).to_have_count(0)


def test_markup_in_a_title_or_prompt_is_only_text(studio):
    title = "<img src=x onerror=window.hurt=1>\"'&amp;"
    prompt = "</p><script>window.hurt=1</script> piano, 20 seconds ${window.hurt=1}"
    card = studio.make(prompt, title=title)
    expect(card.locator(".song-title")).to_have_text(title)
    card.locator(".song-title").click() if not card.locator(".song-prompt").is_visible() else None
    expect(card.locator(".song-prompt")).to_contain_text(prompt)
    expect(studio.player.locator(".now-title")).to_have_text(title)
    studio.menu(card, "More", "Delete")
    expect(studio.page.get_by_role("dialog")).to_contain_text(title)
    studio.page.keyboard.press("Escape")
    studio.page.reload()
    expect(card.locator(".song-title")).to_have_text(title)
    assert studio.page.evaluate("window.hurt") is None
    assert studio.page.locator("img[src=x]").count() == 0


@pytest.mark.troubled
def test_a_session_the_server_no_longer_knows_is_replaced(studio):
    page = studio.page
    page.evaluate(
        """() => localStorage.setItem('continuo.session', JSON.stringify({
            access_token: 'stale', refresh_token: 'stale', ends_at: 0, user: { id: 'nobody', is_anonymous: true } }))""")
    page.reload()
    expect(page.get_by_text("Your session on this server has ended.")).to_be_visible()
    page.locator("song-list[data-shown=empty]").wait_for()
    assert page.evaluate("JSON.parse(localStorage.getItem('continuo.session')).user.id") != "nobody"
