"""The video check in a real browser: all is tried in one tap, and what is wrong comes with one fix."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.conftest import ARGUMENTS, session_cookie
from tests.browser.meeting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def early(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(minutes=50), title="Knots and braids"))
    return mentor, learner, f"/session/{live.room_of(booking.lesson_id).public_id}/"


def step(page: Page, name: str):
    return page.locator(f"[data-step={name}]")


TIMED = """() => {
  const button = document.querySelector("[data-check=run]");
  new MutationObserver(() => {
    if (button.hasAttribute("aria-busy")) window.busySince ??= performance.now();
    else window.busyFor ??= (performance.now() - window.busySince) / 1000;
  }).observe(button, { attributes: true, attributeFilter: ["aria-busy"] });
}"""


def run(page: Page, answer: str | None = "I heard it") -> float:
    """One check; how many seconds it took by the page's own clock."""
    page.evaluate(TIMED)
    page.get_by_role("button", name="Check now").click()
    if answer:
        page.get_by_role("button", name=answer).click(timeout=25_000)
    expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=30_000)
    return page.evaluate("busyFor")


def test_one_tap_tries_everything_and_the_other_side_sees_it_at_once(browse, early):
    mentor, learner, address = early
    mira, lev = browse(mentor).new_page(), browse(learner).new_page()
    mira.goto(address)
    lev.goto(f"{address}check")
    expect(lev.get_by_role("region", name="Who is ready")).to_contain_text("Mira · Not checked yet")
    assert run(mira) < 20
    for name in ("camera", "microphone", "speakers", "network"):
        expect(step(mira, name)).to_have_attribute("data-mark", "green")
    expect(step(mira, "network")).to_contain_text("Directly")
    expect(step(mira, "relay")).to_contain_text("No relay is set up here.")
    expect(mira.get_by_text("Clear video, ready to teach!", exact=True)).to_be_visible()
    expect(mira.get_by_role("region", name="Who is ready")).to_contain_text("You are ready")
    expect(lev.get_by_role("region", name="Who is ready")).to_contain_text("Mira is ready")
    lights = "document.querySelector('.check-picture').srcObject"
    assert mira.evaluate(lights) is None


@pytest.fixture
def open_now(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor)
    return mentor, learner, f"/session/{live.room_of(booking.lesson_id).public_id}/"


def test_who_waits_in_the_room_checks_there_with_the_rooms_own_camera_though_they_are_muted(browse, open_now):
    mentor, learner, address = open_now
    mira, lev = browse(mentor).new_page(), browse(learner).new_page()
    mira.goto(address)
    expect(mira.locator(".room")).to_have_attribute("data-line", "up")
    expect(mira.locator(".controls [data-do=mute]")).to_have_attribute("aria-pressed", "false")
    mira.locator(".controls [data-do=mute]").click()
    mira.wait_for_function("() => document.querySelector('.tile-mine video').currentTime > 1")
    assert run(mira) < 20
    for name in ("camera", "microphone", "speakers", "network"):
        expect(step(mira, name)).to_have_attribute("data-mark", "green")
    expect(mira.get_by_text("Clear video, ready to teach!", exact=True)).to_be_visible()
    expect(mira.get_by_role("region", name="Who is ready")).to_contain_text("You are ready")
    assert mira.evaluate("document.querySelector('.tile-mine video').srcObject.active"), "the room's own camera goes on"
    expect(mira.locator(".controls [data-do=mute]")).to_have_attribute("aria-pressed", "true")
    mira.reload()
    expect(mira.get_by_text("Waiting for Lev")).to_be_visible()
    expect(mira.locator("#check")).to_have_count(0)
    lev.goto(address)
    expect(lev.locator(".room")).to_have_attribute("data-stage", "live")
    expect(lev.locator("#check")).to_be_hidden()


CONTEXTS = """
window.contexts = [];
const AudioContextOf = window.AudioContext;
window.AudioContext = class extends AudioContextOf {
  constructor(...wishes) {
    super(...wishes);
    if (!wishes.length) contexts.push(this); // the check's: those of the room name a latency
  }
};
"""


def test_a_camera_that_is_off_in_the_room_is_checked_and_stays_off_there(browse, open_now):
    mentor, learner, address = open_now
    mira, lev = browse(mentor).new_page(), browse(learner).new_page()
    mira.add_init_script(CONTEXTS)
    mira.goto(address)
    mira.wait_for_function("() => document.querySelector('.tile-mine video')?.currentTime > 1")
    camera = mira.locator(".controls [data-do=camera]")
    camera.click()
    expect(camera).to_have_attribute("aria-pressed", "false")
    states = "contexts.map(({ state }) => state)"
    run(mira)
    expect(step(mira, "camera")).to_have_attribute("data-mark", "green")
    expect(camera).to_have_attribute("aria-pressed", "false")
    mira.get_by_role("button", name="Check again").click()
    assert until(lambda: mira.evaluate(states) == ["closed", "running"], 10), "each run closes the one before"
    lev.goto(address)
    expect(mira.locator(".room")).to_have_attribute("data-stage", "live")
    mira.wait_for_function(f"() => {states}.every((state) => state === 'closed')")
    expect(camera).to_have_attribute("aria-pressed", "false")


def test_a_check_that_the_other_one_comes_into_plays_nothing_and_notes_nothing(browse, open_now):
    mentor, learner, address = open_now
    mira, lev = browse(mentor).new_page(), browse(learner).new_page()
    mira.goto(address)
    mira.wait_for_function("() => document.querySelector('.tile-mine video')?.currentTime > 1")
    reports = []
    mira.on("request", lambda request: request.method == "POST" and request.url.endswith("/check") and reports.append(request.url))
    mira.get_by_role("button", name="Check now").click()
    lev.goto(address)
    expect(mira.locator(".room")).to_have_attribute("data-stage", "live")
    mira.wait_for_timeout(6000)
    expect(mira.locator(".check-answer")).to_have_attribute("hidden", "")
    assert reports == []


def test_who_heard_nothing_reads_what_to_do_and_may_think_better_of_it(browse, early):
    _mentor, learner, address = early
    lev = browse(learner).new_page()
    lev.goto(f"{address}check")
    run(lev, "I heard nothing")
    expect(step(lev, "speakers")).to_contain_text("Turn up the volume")
    expect(lev.get_by_role("region", name="Who is ready")).to_contain_text("Something to mend: speakers")
    lev.get_by_role("button", name="I heard it").click()
    expect(lev.get_by_text("Clear video, ready to learn!", exact=True)).to_be_visible()
    expect(lev.get_by_role("region", name="Who is ready")).to_contain_text("You are ready")


@pytest.fixture
def refuse(launch_browser, browser_context_args, house, site_url) -> Iterator[Callable]:
    """Open a browser of somebody signed in that refuses camera and microphone; the others' fake dialog says yes to everything."""
    strict = launch_browser(args=[argument for argument in ARGUMENTS if "fake-ui" not in argument])

    def open_one(user, **extra) -> BrowserContext:
        named = {**browser_context_args, "base_url": site_url, "permissions": ["geolocation"], **extra}  # which refuses all else
        context = strict.new_context(**named)
        context.add_cookies([{"name": "session", "value": session_cookie(house, user), "url": site_url}])
        return context

    yield open_one
    strict.close()


def test_who_blocks_camera_and_microphone_reads_how_to_allow_them_and_that_they_can_join(refuse, early):
    _mentor, learner, address = early
    lev = refuse(learner, viewport={"width": 360, "height": 740}).new_page()
    lev.goto(f"{address}check")
    assert run(lev) < 20
    for name in ("camera", "microphone"):
        expect(step(lev, name)).to_have_attribute("data-mark", "red")
        expect(step(lev, name)).to_contain_text("Allow it in your browser's address bar, then check again.")
    expect(step(lev, "camera")).to_contain_text("You can join without a camera.")
    expect(step(lev, "speakers")).to_have_attribute("data-mark", "green")
    expect(lev.get_by_role("region", name="Who is ready")).to_contain_text("Something to mend: camera, microphone")
    assert lev.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_an_answer_the_check_ends_by_itself_within_twenty_seconds(browse, early):
    mentor, _learner, address = early
    mira = browse(mentor).new_page()
    mira.goto(f"{address}check")
    assert run(mira, None) <= 20
    expect(step(mira, "speakers")).to_have_attribute("data-mark", "yellow")


DEAD_RELAY = """
document.addEventListener("readystatechange", () => {
  const relay = { urls: ["turn:127.0.0.1:9?transport=tcp"], username: "mira", credential: "secret" };
  if (document.readyState === "interactive") document.querySelector("#check").dataset.ice = JSON.stringify([relay]);
});
"""


def test_a_relay_that_does_not_answer_is_red_with_what_to_do(browse, early):
    mentor, _learner, address = early
    mira = browse(mentor).new_page()
    mira.add_init_script(DEAD_RELAY)
    mira.goto(f"{address}check")
    assert run(mira) < 20
    expect(step(mira, "relay")).to_have_attribute("data-mark", "red")
    expect(step(mira, "relay")).to_contain_text("Try another network")
    expect(step(mira, "network")).to_have_attribute("data-mark", "green")
    expect(mira.get_by_role("region", name="Who is ready")).to_contain_text("Something to mend: relay")


def test_one_tap_moves_the_start_a_quarter_of_an_hour_and_one_tap_agrees(browse, house):
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor, title="Knots and braids")
    address = f"/session/{live.room_of(booking.lesson_id).public_id}/"
    mira, lev = browse(mentor).new_page(), browse(learner).new_page()
    mira.goto(address)
    lev.goto(f"{address}check")
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()
    lev.get_by_role("button", name="Start 15 minutes later").click()
    expect(lev.get_by_role("button", name="Take it back")).to_be_visible()
    mira.get_by_role("button", name="Accept").click()
    for page in (mira, lev):
        expect(page.get_by_role("button", name="Start 15 minutes later")).to_be_visible()
    expect(mira.get_by_role("heading", level=1)).to_contain_text("Opens")
