"""kill -9 of one web process of three, in the middle of a call: the pictures never stop, and the room is whole in two seconds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.config import Settings
from app.factory import create_app
from app.live import queries as live
from app.process.embedded import redis_url
from tests import factories
from tests.browser.conftest import session_cookie
from tests.browser.meeting import SPY, grows, until
from tests.browser.test_room import button
from tests.process.launched import Launched, eventually

pytestmark = pytest.mark.browser

WATCH = """() => {
  const room = document.querySelector(".room");
  window.lineSeen = [];
  const note = () => window.lineSeen.push([room.dataset.line, performance.now()]);
  new MutationObserver(note).observe(room, { attributes: true, attributeFilter: ["data-line"] });
  window.longestStill = 0;
  let [frames, since] = [0, performance.now()];
  setInterval(async () => {
    const found = (await window.received()).frames;
    if (found !== frames) [frames, since] = [found, performance.now()];
    window.longestStill = Math.max(window.longestStill, performance.now() - since);
  }, 50);
}"""


@pytest.fixture
def three(tmp_path) -> Iterator[Launched]:
    """A PeerLearn with three web processes on one socket."""
    launched = Launched(tmp_path, "--port", "0", "--no-demo", "--web", "3").until_up()
    launched.until_ready()
    yield launched
    launched.close()


def open_call(browser: Browser, launched: Launched) -> list[Page]:
    site = f"http://127.0.0.1:{launched.port}"
    settings = {"PEERLEARN_INSTANCE": str(launched.instance), "REDIS_URL": redis_url(launched.instance), "PASSWORD_HASH_COST": "test"}
    house = create_app(Settings.from_environment(settings))
    pages = []
    with house.app_context():
        mentor, learner = factories.mentor(), factories.learner()
        address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"
        for user in (mentor, learner):
            context = browser.new_context(base_url=site, permissions=["camera", "microphone"])
            context.add_cookies([{"name": "session", "value": session_cookie(house, user), "url": site}])
            page = context.new_page()
            page.add_init_script(SPY)
            page.goto(address)
            pages.append(page)
    return pages


def kill_the_one_that_holds_a_line(launched: Launched, *pages: Page) -> None:
    """kill -9. Which of the three that is nobody can see from outside: one that nobody minds is started again, then comes the next."""
    for process in launched.children("wsgi.py"):
        process.kill()
        if until(lambda: any(page.evaluate("lineSeen.length") for page in pages), 2):
            return
        assert eventually(lambda: len(launched.children("wsgi.py")) == 3, 30)
    raise AssertionError("nobody was on any of them")


def test_when_one_web_process_of_three_is_killed_the_call_does_not_even_blink(browser, three):
    mira, lev = open_call(browser, three)
    for page in (mira, lev):
        assert grows(page, "frames", by=20)
        page.evaluate(WATCH)
        page.wait_for_timeout(500)
        page.evaluate("window.longestStill = 0")
    made = {page: page.evaluate("connections.length") for page in (mira, lev)}
    kill_the_one_that_holds_a_line(three, mira, lev)
    mira.wait_for_timeout(3000)
    for page in (mira, lev):
        page.wait_for_function("() => lineSeen.at(-1)?.[0] !== 'down'")  # how long it took is asked of the page itself
        seen = page.evaluate("lineSeen")
        assert [state for state, _ in seen] in ([], ["down", "up"])
        if seen:
            assert seen[1][1] - seen[0][1] < 2000, "whole again only after two seconds"
        assert page.evaluate("window.longestStill") < 700, "the picture stood still"
        assert page.evaluate("connections.length") == made[page], "the media was touched although it never stopped"
        assert grows(page, "frames", by=20)
    for page, other, words in ((lev, mira, "Still here?"), (mira, lev, "Of course")):
        button(page, "Chat").click()
        page.get_by_label("Message", exact=True).fill(words)
        page.keyboard.press("Enter")
        expect(other.locator(".line-text", has_text=words)).to_be_attached(timeout=5000)
    for page in (mira, lev):
        page.context.close()
