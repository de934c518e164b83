"""Whoever has left a session stays away until they come back themselves."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.meeting import grows
from tests.browser.test_room import Meeting, button, meeting, tile

pytestmark = pytest.mark.browser
__all__ = ["meeting"]

WAKE = """() => { window.dispatchEvent(new Event("online")); document.dispatchEvent(new Event("visibilitychange")); }"""
"""The network is back, and the tab is looked at again."""


def stays_away(page: Page, mentor: Page) -> None:
    """Does nothing bring this page back into the room, whatever wakes it?"""
    page.evaluate(WAKE)
    page.wait_for_timeout(3000)
    expect(mentor.get_by_text("Waiting for Lev…")).to_be_visible()
    expect(tile(mentor, "Lev Park")).to_have_count(0)


def test_whoever_has_left_stays_away_until_they_go_back_in(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    button(lev, "End").click()
    sheet = lev.get_by_role("dialog", name="How was it with Mira Holm?")
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()
    stays_away(lev, mira)
    for _ in range(3):
        lev.keyboard.press("Escape")
        expect(sheet).to_be_visible()
    sheet.get_by_role("link", name="Go back in").click()
    assert grows(mira, "frames", by=5), "a slip is undone with one tap"


def test_a_tab_that_lost_its_seat_does_not_take_it_back_by_itself_and_escape_is_not_now(meeting: Meeting):
    mira, first = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    second = first.context.new_page()
    second.goto(meeting.address)
    second.get_by_role("button", name="Join here").click()
    expect(first.get_by_role("dialog", name="Join here instead?")).to_be_visible()
    second.close()
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()
    first.bring_to_front()
    stays_away(first, mira)
    expect(first.get_by_role("dialog", name="Join here instead?")).to_be_visible()
    first.keyboard.press("Escape")
    first.wait_for_url("**/dashboard/learner/")
