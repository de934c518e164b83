"""Which picture is large, and the large one above all windows."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.meeting import grows
from tests.browser.test_room import Meeting, button, meeting, tile

pytestmark = pytest.mark.browser
__all__ = ["meeting"]


def size(page: Page, name: str, expected: str) -> None:
    """Wait until this picture has this size."""
    expect(tile(page, name)).to_have_attribute("data-size", expected)


def pin(page: Page, name: str):
    return tile(page, name).get_by_role("button", name="Pin")


def test_a_pin_is_remembered_gives_way_to_a_screen_and_comes_back(meeting: Meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(lev, "frames", by=5)
    pin(lev, "You").click()
    size(lev, "You", "large")
    lev.reload()
    size(lev, "You", "large")
    button(mira, "Share").click()
    size(lev, "Mira Holm's screen", "large")
    pin(lev, "You").click()
    size(lev, "You", "large")
    button(mira, "Share").click()
    expect(tile(lev, "Mira Holm's screen")).to_have_count(0)
    button(mira, "Share").click()
    size(lev, "Mira Holm's screen", "large")
    button(mira, "Share").click()
    size(lev, "You", "large")


@pytest.mark.parametrize("name", ["Mira Holm", "You"])
def test_a_double_tap_on_either_picture_swaps_the_two(meeting: Meeting, name):
    meeting.open(meeting.mentor)
    lev = meeting.open(meeting.learner)
    size(lev, "Mira Holm", "large")
    pin(lev, name).dblclick(position={"x": 40, "y": 60})
    size(lev, "You", "large")
    size(lev, "Mira Holm", "small")


def test_the_large_picture_goes_above_all_windows_and_comes_back(meeting: Meeting):
    meeting.open(meeting.mentor)
    lev = meeting.open(meeting.learner)
    assert grows(lev, "frames", by=5)
    for expected in (True, False):
        button(lev, "More").click()
        lev.locator("#more").get_by_role("button", name="Picture in picture").click()
        lev.wait_for_function("wanted => Boolean(document.pictureInPictureElement) === wanted", arg=expected)
