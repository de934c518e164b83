"""A server that does not answer any more, and another that does: the room and the other pages move on, and say so in their words."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.live import queries as live
from app.realtime.nudge import nudge
from tests import factories
from tests.browser.meeting import SPY, WORDS_SEEN, grows, until
from tests.browser.second import SecondProcess, free_port
from tests.browser.test_room import button
from tests.browser.walking import until_live, watched

pytestmark = pytest.mark.browser


@pytest.fixture
def first(site_folder) -> Iterator[SecondProcess]:
    """A home that knows a second endpoint; both run."""
    spare_port = free_port()
    home = SecondProcess(site_folder, REALTIME_ENDPOINTS=f"http://127.0.0.1:{spare_port}")
    spare = SecondProcess(site_folder, PORT=spare_port, BASE_URL=home.url)
    yield home
    home.kill()
    spare.kill()


@pytest.fixture
def lonely(site_folder) -> Iterator[SecondProcess]:
    """One that knows no other."""
    process = SecondProcess(site_folder)
    yield process
    process.kill()


@pytest.fixture
def call(browse, house) -> Callable[[SecondProcess], tuple[Page, Page]]:
    """Two people in a call whose pages came from this process."""

    def open_both(process: SecondProcess) -> tuple[Page, Page]:
        mentor, learner = factories.mentor(), factories.learner()
        address = f"/session/{live.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/"
        pages = []
        for user in (mentor, learner):
            page = browse(user, base_url=process.url).new_page()
            page.add_init_script(SPY)
            page.goto(address)
            pages.append(page)
        for page in pages:
            assert grows(page, "frames", by=10)
            page.evaluate(WORDS_SEEN, ".line-words")
        return pages[0], pages[1]

    return open_both


def test_when_the_server_is_gone_for_good_the_room_moves_to_the_next_and_keeps_its_pictures(call, first):
    mira, lev = call(first)
    made = {page: page.evaluate("connections.length") for page in (mira, lev)}
    first.kill()  # the pass for the other came with the welcome
    for page in (mira, lev):
        assert until(lambda page=page: page.evaluate("wordsSeen.at(-1)") == "Connected", 15)
        assert page.evaluate("wordsSeen") == ["Reconnecting...", "Trying alternate connection...", "Connected"]
        assert grows(page, "frames", by=20)
        assert page.evaluate("connections.length") == made[page], "the media was touched although it never stopped"
    button(lev, "Chat").click()
    lev.get_by_label("Message", exact=True).fill("Here by another door")
    lev.keyboard.press("Enter")
    button(mira, "Chat").click()
    expect(mira.locator(".line-text")).to_have_text("Here by another door")


def test_with_a_single_server_nothing_is_said_of_another(call, lonely):
    _, lev = call(lonely)
    lonely.kill()
    expect(lev.get_by_role("heading", name="Rejoin?")).to_be_visible(timeout=20_000)
    assert lev.evaluate("wordsSeen") == ["Reconnecting..."]
    assert grows(lev, "frames", by=20)
    lonely.start()
    expect(lev.locator(".room")).to_have_attribute("data-line", "up", timeout=20_000)


SHORTEST_WAITS = "Math.random = () => 0.89"
"""Three tries in vain take one to three seconds, by the dice of the socket; from three on a page would say Reconnecting... first."""


def heard_by(page: Page) -> list[str | bytes]:
    """All that the sockets of a page hear from now on."""
    heard: list[str | bytes] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda frame: heard.append(frame)))
    return heard


def test_the_other_pages_switch_servers_and_still_hear_what_changes(browse, house, first):
    learner = factories.learner()
    page = browse(learner, base_url=first.url).new_page()
    page.add_init_script(SHORTEST_WAITS)
    heard = heard_by(page)
    page.goto("/dashboard/learner/")
    assert until(lambda: page.evaluate("true") and any('"renewal"' in one for one in heard), 15), "no pass for the other server"
    page.evaluate(WORDS_SEEN, "#connection")
    first.kill()
    assert until(lambda: "Switching servers..." in page.evaluate("wordsSeen"), 15)
    expect(page.locator("#connection")).to_be_hidden(timeout=15_000)
    assert page.evaluate("wordsSeen") == ["Switching servers..."]
    page.evaluate("document.body.addEventListener('nudge:bookings', () => (window.heard = true))")
    nudge([learner.id], "bookings")
    assert until(lambda: page.evaluate("window.heard"), 10), "no word from the other server"


SILENT_FOR = """() => {
  let down = Infinity;
  const strip = document.querySelector("#connection");
  document.body.addEventListener("peerlearn:connection", () => (down = Math.min(down, performance.now())));
  new MutationObserver(() => (window.silentFor ??= performance.now() - down)).observe(strip, { childList: true, attributes: true });
}"""
"""The milliseconds from when the line broke to when the page first says so, by the page's own clock."""


def test_a_page_with_a_single_server_says_reconnecting_after_a_while_and_nothing_more(browse, house, lonely):
    page = watched(browse(factories.learner(), base_url=lonely.url).new_page())
    page.goto("/dashboard/learner/")
    until_live(page)
    page.evaluate(WORDS_SEEN, "#connection")
    page.evaluate(SILENT_FOR)
    lonely.kill()
    expect(page.locator("#connection")).to_have_text("Reconnecting...")
    assert page.evaluate("silentFor") >= 2500, "a moment without a line is not worth a word"
    lonely.start()
    expect(page.locator("#connection")).to_be_hidden(timeout=20_000)
    assert page.evaluate("wordsSeen") == ["Reconnecting..."]
