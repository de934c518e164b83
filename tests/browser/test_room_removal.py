"""The mentor asks somebody to leave: the others' call goes on, and the one who is out comes back only by the mentor's yes."""

import json
from datetime import timedelta

import pytest
import websocket
from playwright.sync_api import Page, expect

from app.live import queries as live
from app.live import removal
from tests import factories
from tests.browser.conftest import session_cookie
from tests.browser.meeting import SPY, grows, received, until
from tests.browser.test_room import Meeting, button, meeting, tile
from tests.process.visitor import hear

pytestmark = pytest.mark.browser
__all__ = ["meeting"]

PHONE = {"viewport": {"width": 360, "height": 740}}
ASKED = "Your mentor has asked you to leave this session."


def more(page: Page, name: str) -> None:
    """Choose something behind More."""
    button(page, "More").click()
    page.locator("#more").get_by_role("button", name=name, exact=True).click()


def is_back(page: Page) -> None:
    """The page of whoever was out has opened the session by itself."""
    expect(page.locator(".room")).to_be_visible()


@pytest.fixture
def three(house, browse):
    """Mira, Lev and Ana in one room, each seeing the two others."""
    mentor = factories.mentor()
    learners = [factories.learner("Lev Park"), factories.learner("Ana Ruiz")]
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2, title="Knots and braids")
    for learner in learners:
        factories.confirmed(learner, lesson)
    address = f"/session/{live.room_of(lesson.id).public_id}/"
    pages = []
    for user in (mentor, *learners):
        page = browse(user, viewport={"width": 900, "height": 600}).new_page()
        page.add_init_script(SPY)
        page.goto(address)
        pages.append(page)
    for page in pages:
        assert until(lambda page=page: received(page)["connections"] == 2, 30)
        assert grows(page, "frames", by=10, within=30)
    return pages


def test_one_is_removed_and_the_others_go_on_until_they_ask_back_and_are_let_in(three):
    mira, lev, ana = three
    made = ana.evaluate("connections.length")
    more(mira, "Remove Lev Park")
    expect(lev.get_by_role("heading", name=ASKED)).to_be_visible(timeout=5000)
    for page in (mira, ana):
        expect(tile(page, "Lev Park")).to_be_hidden(timeout=3000)
        expect(page.get_by_text("Reconnecting...")).to_be_hidden()
        assert until(lambda page=page: received(page)["connections"] == 1, 3)
        assert grows(page, "frames", by=20), "the others' call goes on"
        assert grows(page, "loudness", by=0.001)
    assert ana.evaluate("connections.length") == made, "and its connection is the same"
    lev.wait_for_timeout(6000)
    expect(lev.get_by_role("heading", name=ASKED)).to_be_visible()  # no five seconds open this door
    lev.reload()
    expect(lev.get_by_role("heading", name=ASKED)).to_be_visible()
    button(lev, "Ask to come back").click()
    expect(lev.get_by_text("Mira was asked at")).to_be_visible()
    expect(button(lev, "Ask to come back")).to_be_disabled()
    bar = mira.get_by_role("alert").filter(has_text="Lev Park asks to come back")
    bar.get_by_role("button", name="Not now").click()
    expect(bar).to_be_hidden()
    expect(lev.get_by_text("Mira said not now")).to_be_visible()
    expect(button(lev, "Ask to come back")).to_be_disabled()
    more(mira, "Let Lev Park back in")
    is_back(lev)
    for page in three:
        assert until(lambda page=page: received(page)["connections"] == 2, 20), "let back, he is seen and heard again"
        assert grows(page, "frames", by=20)
    expect(tile(ana, "Lev Park")).to_be_visible()


def test_a_yes_in_the_bar_brings_them_back_also_after_the_mentors_reload(three):
    mira, lev, _ = three
    more(mira, "Remove Lev Park")
    expect(lev.get_by_role("heading", name=ASKED)).to_be_visible()
    button(lev, "Ask to come back").click()
    expect(lev.get_by_text("Mira was asked at")).to_be_visible()
    mira.reload()
    mira.get_by_role("alert").filter(has_text="Lev Park asks to come back").get_by_role("button", name="Accept").click()
    is_back(lev)
    assert until(lambda: received(lev)["connections"] == 2, 20)
    assert grows(lev, "frames", by=20)


def test_a_slip_is_undone_in_one_tap(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    more(mira, "Remove Lev Park")
    expect(mira.get_by_text("Nobody is here now")).to_be_visible()
    mira.locator(".note", has_text="Lev Park is out of this session.").get_by_role("button", name="Undo").click()
    is_back(lev)
    assert grows(lev, "frames", by=10)
    expect(mira.locator(".note", has_text="is out of this session")).to_have_count(0)


def test_with_the_keyboard_alone_and_on_a_phone(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor, **PHONE), meeting.open(meeting.learner, **PHONE)
    assert grows(mira, "frames", by=5)
    button(mira, "More").press("Enter")
    line = mira.locator("#more").get_by_role("button", name="Remove Lev Park")
    expect(line).to_be_visible()
    expect(mira.locator("#more :focus")).to_have_count(1)  # the menu takes the focus once it is open
    mira.keyboard.press("End")
    mira.keyboard.press("ArrowUp")
    expect(line).to_be_focused()
    mira.keyboard.press("Enter")
    expect(lev.get_by_role("heading", name=ASKED)).to_be_visible()
    assert lev.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button(lev, "Ask to come back").press("Enter")
    bar = mira.get_by_role("alert").filter(has_text="Lev Park asks to come back")
    accept = bar.get_by_role("button", name="Accept")
    expect(accept).to_be_in_viewport(ratio=1)
    accept.press("Enter")
    is_back(lev)
    assert grows(lev, "frames", by=10)


def test_neither_another_tab_nor_another_browser_gets_in(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    second = lev.context.new_page()
    second.goto(meeting.address)
    expect(second.get_by_role("dialog", name="Join here instead?")).to_be_visible()
    more(mira, "Remove Lev Park")
    for page in (lev, second, meeting.open(meeting.learner)):
        expect(page.get_by_role("heading", name=ASKED)).to_be_visible()


def test_whoever_was_offline_meanwhile_finds_the_page_when_they_are_back(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    lev.context.set_offline(True)
    expect(lev.locator(".room")).to_have_attribute("data-line", "down", timeout=15_000)
    more(mira, "Remove Lev Park")
    expect(tile(mira, "Lev Park")).to_be_hidden(timeout=3000)
    lev.context.set_offline(False)
    expect(lev.get_by_role("heading", name=ASKED)).to_be_visible(timeout=20_000)


def test_a_program_that_does_not_want_to_go_is_cut_off_from_whatever_process_it_was_removed(house, site_url):
    mentor, learner = factories.mentor(), factories.learner()
    room = live.room_of(factories.joinable(learner, mentor).lesson_id).public_id
    address = site_url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    line = websocket.create_connection(address, cookie=f"session={session_cookie(house, learner)}", origin=site_url, timeout=20)
    line.send("40/live,")
    hear(line, "40/live,")
    line.send("42/live,1" + json.dumps(["enter", {"room": room, "tab": "tab-one-1"}]))
    assert '"me"' in hear(line, "43/live,1")
    removal.remove(mentor, room, learner.id)  # here, not in the process that holds the line: only Redis is between them
    assert json.loads(hear(line, '42/live,["removed"').removeprefix("42/live,")) == ["removed", {"room": room}]
    assert hear(line, "41/live,")
    line.close()
