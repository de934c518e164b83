"""What lies behind More in the live session."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_room import Meeting, button, meeting

pytestmark = pytest.mark.browser
__all__ = ["meeting"]

PHONE = {"viewport": {"width": 360, "height": 740}}


def more(page: Page, name: str) -> None:
    """Choose something behind More."""
    button(page, "More").click()
    page.locator("#more").get_by_role("button", name=name).click()


def test_more_is_opened_gone_through_and_closed_with_the_keyboard_alone(meeting: Meeting):
    lev = meeting.open(meeting.learner)
    opener, items = button(lev, "More"), lev.locator("#more").get_by_role("button")
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(items.first).to_be_focused()
    lev.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    lev.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    lev.keyboard.press("Escape")
    expect(lev.locator("#more")).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(opener).to_be_focused()
    opener.press("Enter")
    lev.locator("#more").get_by_role("button", name="Keys").press("Enter")
    expect(lev.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(lev.locator("#more")).to_be_hidden()


def test_on_a_phone_the_bar_has_the_plans_five_and_more_has_the_rest(meeting: Meeting):
    lev = meeting.open(meeting.learner, **PHONE)
    names = lev.locator(".control:visible > span:first-of-type").all_inner_texts()
    assert names == ["Mute", "Camera", "Share", "Chat", "Gift", "More"]
    more(lev, "Whiteboard")
    expect(lev.get_by_role("tab", name="Whiteboard")).to_have_attribute("aria-selected", "true")
    expect(lev.locator("#more")).to_be_hidden()
