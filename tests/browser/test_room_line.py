"""The call against trouble: two web processes, a server that dies, a network that goes away."""

import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.live import queries as live
from tests import factories
from tests.browser.meeting import SPY, WORDS_SEEN, grows, received, until
from tests.browser.second import SecondProcess
from tests.browser.test_room import agree, button, seconds, tile

pytestmark = pytest.mark.browser

MILD = {"offline": False, "latency": 1, "downloadThroughput": 50e6, "uploadThroughput": 50e6}
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}


@pytest.fixture
def second(site, site_folder) -> Iterator[SecondProcess]:
    process = SecondProcess(site_folder)
    yield process
    process.kill()


@pytest.fixture
def scene(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor, title="Knots and braids")
    return mentor, learner, f"/session/{live.room_of(booking.lesson_id).public_id}/"


def enter(browse: Callable, user, address: str, *, at: str = "", mild: bool = False) -> Page:
    page = browse(user, **({"base_url": at} if at else {})).new_page()
    page.add_init_script(SPY)
    if mild:  # the emulation only reaches WebRTC when it was there before the first connection
        network(page, MILD)
    page.goto(address)
    return page


def network(page: Page, conditions: dict) -> None:
    if not hasattr(page, "devtools"):
        page.devtools = page.context.new_cdp_session(page)
        page.devtools.send("Network.enable")
    page.devtools.send("Network.emulateNetworkConditions", conditions)


def test_two_people_on_two_web_processes_meet(browse, scene, second):
    mentor, learner, address = scene
    mira = enter(browse, mentor, address)
    lev = enter(browse, learner, address, at=second.url)
    assert mira.url.split("/session")[0] != lev.url.split("/session")[0]
    for page in (mira, lev):
        assert grows(page, "frames", by=10), "no picture arrives"
        assert grows(page, "loudness", by=0.001), "there is only silence"
    button(lev, "Chat").click()
    lev.get_by_label("Message", exact=True).fill("From the other process")
    lev.keyboard.press("Enter")
    button(mira, "Chat").click()
    expect(mira.locator(".line-text")).to_have_text("From the other process")
    button(mira, "Mute").click()
    expect(tile(lev, "Mira Holm").locator(".tile-muted")).to_be_visible()
    assert until(lambda: seconds(mira) >= 3, 10)
    assert agree(mira, lev)
    button(lev, "End").click()
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()


def test_a_seat_is_one_across_processes(browse, scene, second):
    _, learner, address = scene
    first = enter(browse, learner, address)
    expect(first.locator(".room")).to_have_attribute("data-line", "up")
    other = enter(browse, learner, address, at=second.url)
    expect(other.get_by_role("dialog", name="Join here instead?")).to_be_visible()
    other.get_by_role("button", name="Join here").click()
    expect(other.locator(".room")).to_have_attribute("data-line", "up")
    expect(first.get_by_role("dialog", name="Join here instead?")).to_be_visible()


def test_when_the_server_dies_the_call_goes_on_and_the_room_is_whole_again(browse, scene, second):
    mentor, learner, address = scene
    mira, lev = (enter(browse, user, address, at=second.url) for user in (mentor, learner))
    assert grows(lev, "frames", by=10)
    made = {page: page.evaluate("connections.length") for page in (mira, lev)}
    second.kill()
    expect(lev.locator(".room")).to_have_attribute("data-line", "down")
    expect(lev.locator(".line-words")).to_have_text("Reconnecting...")
    for page in (mira, lev):
        assert grows(page, "frames", by=20), "the call stopped with the server"
    button(lev, "Chat").click()
    lev.get_by_label("Message", exact=True).fill("Are we still here?")
    lev.keyboard.press("Enter")
    expect(lev.locator(".line")).to_have_attribute("data-state", "waiting")
    second.start()
    for page in (mira, lev):
        expect(page.locator(".room")).to_have_attribute("data-line", "up", timeout=20_000)
        assert page.evaluate("connections.length") == made[page], "the media was touched although it never stopped"
    expect(lev.locator(".line")).to_have_attribute("data-state", "sent")
    button(mira, "Chat").click()
    expect(mira.locator(".line-text")).to_have_text("Are we still here?")
    assert grows(lev, "frames", by=10)


def test_after_three_tries_in_vain_the_learner_is_asked_and_the_mentor_lets_them_in_with_one_tap(browse, scene):
    mentor, learner, address = scene
    mira, lev = enter(browse, mentor, address), enter(browse, learner, address, mild=True)
    assert grows(mira, "frames", by=20)
    lev.evaluate(WORDS_SEEN, ".line-tries")  # the first stands there for a second only
    network(lev, OFFLINE)
    expect(lev.get_by_role("heading", name="Rejoin?")).to_be_visible(timeout=30_000)
    assert lev.evaluate("wordsSeen") == ["1 of 3", "2 of 3", "3 of 3"]
    button(lev, "Rejoin").click()
    network(lev, MILD)
    knock = mira.get_by_role("alert").filter(has_text="Lev Park wants to come back")
    knock.get_by_role("button", name="Accept").click()  # at once: after five seconds the door opens by itself
    expect(lev.get_by_role("heading", name="Rejoin?")).to_be_hidden()
    assert grows(mira, "frames", by=20)
    expect(mira.get_by_text("Lev Park wants to come back")).to_be_hidden()


@pytest.mark.parametrize("gap", [5, 12])
def test_when_the_network_goes_away_it_says_so_and_the_picture_comes_back(browse, scene, gap):
    mentor, learner, address = scene
    mira, lev = (enter(browse, user, address, mild=True) for user in (mentor, learner))
    assert grows(lev, "frames", by=20)
    assert grows(mira, "frames", by=20)
    network(lev, OFFLINE)
    expect(tile(mira, "Lev Park").locator(".tile-state")).to_have_text("Reconnecting...", timeout=4500)
    expect(tile(lev, "Mira Holm").locator(".tile-state")).to_have_text("Reconnecting...", timeout=4500)
    lev.wait_for_timeout(gap * 1000)
    network(lev, MILD)
    back_at = time.monotonic()
    counted = {page: received(page)["frames"] for page in (mira, lev)}
    for page in (mira, lev):
        assert until(lambda page=page: received(page)["frames"] > counted[page] + 5, 15)
    print(f"back after {time.monotonic() - back_at:.2f} s offline {gap} s, load {os.getloadavg()[0]:.1f}")
    for page, other in ((mira, "Lev Park"), (lev, "Mira Holm")):
        expect(tile(page, other).locator(".tile-state")).to_be_hidden(timeout=10_000)
        assert grows(page, "frames", by=20)
