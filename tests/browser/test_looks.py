"""What only an eye, a mouse or a narrow screen finds out: what lies over what, what is cut off, what has no room."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import User
from app.bookings.cancelling import cancel_booking
from tests import factories
from tests.browser.walking import button, card, until_live, watched

pytestmark = pytest.mark.browser

PHONE, TABLET = {"width": 360, "height": 780}, {"width": 768, "height": 1024}
PLACE = "node => { const {left, top, width, height} = node.getBoundingClientRect(); return [left + width / 2, top + height / 2]; }"


@pytest.fixture
def open_page(browse) -> Callable[..., Page]:
    """A page somebody has open: open_page(user, "/explore", viewport=PHONE)."""

    def open_page(user: User, path: str, **extra: object) -> Page:
        page = watched(browse(user, **extra).new_page())
        page.goto(path)
        return until_live(page)

    return open_page


def click_where_it_is(page: Page, target) -> None:
    """As a hand does: whatever lies on top there gets the click, be it the target or not."""
    target.scroll_into_view_if_needed()
    page.mouse.click(*target.evaluate(PLACE))


def lines_of(page: Page, selector: str) -> list[int]:
    """Over how many lines each of these is written."""
    return page.locator(selector).evaluate_all(
        "all => all.map(node => { const range = document.createRange(); range.selectNodeContents(node);"
        " return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size; })"
    )


@pytest.mark.parametrize("path", ["/dashboard/mentor/", "/dashboard/mentor/sessions"])
def test_edit_and_cancel_on_a_card_can_be_hit_with_the_mouse(house, open_page, path: str) -> None:
    mira = factories.mentor()
    for days in (1, 2):
        factories.lesson(mira, starts_in=timedelta(days=days), title=f"In {days} days")
    page = open_page(mira, path)
    click_where_it_is(page, button(card(page, "In 2 days"), "Cancel session"))
    dialog = page.locator("#dialog-host dialog")
    expect(dialog).to_contain_text("Nobody has booked it")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    click_where_it_is(page, button(card(page, "In 2 days"), "Edit"))
    expect(page).to_have_url(re.compile("/sessions/[0-9]+/edit$"))


def test_the_name_on_a_booking_leads_to_the_person_not_to_the_session(house, open_page) -> None:
    booking = factories.request(factories.learner(), factories.lesson(factories.mentor()))
    page = open_page(booking.learner, f"/bookings/{booking.id}")
    click_where_it_is(page, page.locator(".booking").get_by_role("link", name="Mira Holm"))
    expect(page).to_have_url(re.compile(f"/mentors/{booking.lesson.mentor_id}$"))


def test_a_free_booking_that_ended_says_so_on_a_phone(house, open_page) -> None:
    lev, mira = factories.learner(), factories.mentor()
    booking = factories.confirmed(lev, factories.lesson(mira, is_free=True))
    cancel_booking(lev, booking.id)
    page = open_page(lev, f"/bookings/{booking.id}", viewport=PHONE)
    shown = page.locator(".timeline > li > span").evaluate_all(
        "all => all.map(one => [one.textContent, one.getBoundingClientRect().width > 1])"
    )
    assert shown == [["Requested", True], ["Canceled", True]]


@pytest.mark.parametrize("viewport", [PHONE, TABLET, {"width": 1024, "height": 768}], ids=lambda size: str(size["width"]))
def test_the_line_of_the_money_has_room_for_its_words(house, open_page, viewport) -> None:
    booking = factories.confirmed(factories.learner(), factories.lesson(factories.mentor()))
    page = open_page(booking.learner, f"/bookings/{booking.id}", viewport=viewport)
    assert set(lines_of(page, ".moneystep-when")) == {1}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, TABLET, {"width": 1440, "height": 900}], ids=lambda size: str(size["width"]))
def test_a_request_with_long_words_stays_in_its_card_and_beside_its_buttons(house, open_page, viewport) -> None:
    mira, lev = factories.mentor(), factories.learner("Maximiliana Großstadtbewohnerin")
    title = "Donaudampfschifffahrtsgesellschaftskapitän und andere lange Wörter"
    factories.request(lev, factories.lesson(mira, title=title))
    page = open_page(mira, "/dashboard/mentor/", viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    parts = "#requests .booking-body > *, #requests .booking-side > *"
    boxes = page.locator(parts).evaluate_all(
        "all => all.map(one => { const {left, right, top, bottom} = one.getBoundingClientRect(); return [left, right, top, bottom]; })"
    )
    over = [(a, b) for a in boxes for b in boxes if a != b and a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]]
    assert over == []
    assert page.locator("#requests .person-name").evaluate("one => one.getBoundingClientRect().right") <= boxes[0][1]
