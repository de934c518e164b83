"""The main job, by two people in two browsers: a session is created, found, booked, paid, accepted; nothing is ever reloaded."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import User
from app.bookings import queries as bookings
from app.extensions import db
from app.kernel.clock import now
from app.payments.methods import keep_method
from app.payments.providers.base import Instrument, Kind
from tests import factories
from tests.browser.walking import (
    Clicks,
    button,
    card,
    choose_moment,
    heard,
    is_same_document,
    mark,
    movers,
    shift,
    toast,
    until_live,
    violations,
    was_told,
    watched,
)

pytestmark = pytest.mark.browser

MENTOR_HOME, LEARNER_HOME = "/dashboard/mentor/", "/dashboard/learner/"


@pytest.fixture
def page_of(browse) -> Callable[..., Page]:
    """A page somebody has open: page_of(user, "/explore", **extra)."""

    def open_page(user: User | None, path: str, **extra) -> Page:
        page = watched(browse(user, **extra).new_page())
        page.goto(path)
        return until_live(page) if user else page

    return open_page


@pytest.fixture
def mentor(house):
    return factories.mentor()


@pytest.fixture
def learner(house):
    return factories.learner()


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).strftime("%Y-%m-%dT18:30")


def fill_in(page: Page, title: str, **changes: str) -> None:
    """The form of Create Session."""
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Description", exact=True).fill("You will tie a bowline behind your back.")
    choose_moment(page, changes.get("moment", in_days(3)))
    page.get_by_label("Duration", exact=True).select_option("45")
    page.get_by_label("Price", exact=True).fill("18")
    for topic in changes.get("topics", "Knots,Braids").split(","):
        page.get_by_label("Topics covered", exact=True).fill(topic)
        page.keyboard.press("Enter")


def test_a_session_is_created_found_booked_and_confirmed_while_both_watch(page_of, mentor, learner):
    title = f"Bowline behind your back {time.time_ns()}"
    mira, lev = page_of(mentor, MENTOR_HOME), page_of(learner, LEARNER_HOME)
    mark(mira), mark(lev)

    create = Clicks()
    create(mira.get_by_role("link", name="Create Session", exact=True))
    fill_in(mira, title)
    create(button(mira, "Submit"))
    expect(mira.get_by_role("dialog", name="Session live! Promote it!")).to_be_visible()
    assert create.count == 2
    mira.keyboard.press("Escape")

    found = card(lev, title)
    expect(found).to_be_visible()  # the learner's home has heard of it by itself
    book = Clicks()
    book(button(found, "Book"))
    dialog = lev.get_by_role("dialog", name="Book this session")
    for said in (title, mentor.name, "Knots", "Braids", "$18"):
        expect(dialog).to_contain_text(said)
    expect(dialog.get_by_role("radiogroup", name="Payment method")).to_be_visible()
    expect(dialog.get_by_label("UPI", exact=True)).to_be_checked()
    expect(dialog.get_by_label("UPI ID", exact=True)).to_have_value("success@upi")
    book(button(dialog, "Confirm"))
    was_told(mira, "New booking!")
    assert book.count == 2
    was_told(lev, "Request sent")
    heard(mira)

    answer = Clicks()
    answer(button(card(mira.locator("#requests"), title), "Accept"))
    expect(toast(lev, "Confirmed")).to_be_visible()
    assert answer.count == 1
    heard(lev)
    expect(card(lev.locator("#hero, #upcoming"), title)).to_contain_text("Confirmed")
    expect(card(mira.locator("#hero, #upcoming"), title)).to_contain_text(learner.name)
    expect(mira.locator("#snapshot")).to_contain_text("$18")

    for page in (mira, lev):
        assert is_same_document(page)
        assert shift(page) < 0.05, movers(page)
        assert violations(page) == []


def test_reject_lets_the_learner_know_and_gives_the_money_back(page_of, mentor, learner):
    booking = factories.request(learner, factories.lesson(mentor))
    mira, lev = page_of(mentor, MENTOR_HOME), page_of(learner, "/dashboard/learner/payments")
    button(card(mira.locator("#requests"), booking.lesson.title), "Reject").click()
    expect(mira.locator("#requests article")).to_have_count(0)
    button(mira, "Undo").click()
    expect(mira.locator("#requests article")).to_have_count(1)
    button(card(mira.locator("#requests"), booking.lesson.title), "Reject").click()
    expect(mira.locator("#requests article")).to_have_count(0)
    expect(toast(lev, "Not this time")).to_be_visible(timeout=40_000)  # ten seconds for an Undo, then a job has its turn
    expect(lev.locator("#payments")).to_contain_text("Refund", timeout=30_000)


def test_the_pop_up_opens_by_hovering_by_enter_and_by_a_tap(page_of, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=1))
    wide = page_of(learner, "/explore")
    found, popover = card(wide, lesson.title), wide.get_by_role("dialog", name="Session details")
    found.hover()
    expect(popover).to_contain_text(lesson.description)
    wide.mouse.move(2, 2)
    expect(popover).to_be_hidden()
    found.get_by_role("link", name=lesson.title).press("Enter")
    expect(popover).to_contain_text("Price")
    wide.keyboard.press("Escape")
    phone = page_of(learner, "/explore", viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    card(phone, lesson.title).get_by_role("link", name=lesson.title).tap()
    expect(phone.get_by_role("dialog", name="Session details")).to_contain_text(lesson.description)


def test_with_a_saved_method_confirm_is_all_there_is(page_of, mentor, learner):
    keep_method(learner, Instrument(Kind.UPI, "success@upi", "UPI su••@upi"))
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    lev = page_of(learner, LEARNER_HOME)
    clicks = Clicks()
    clicks(button(card(lev.locator("#for-you"), lesson.title), "Book"))
    dialog = lev.get_by_role("dialog", name="Book this session")
    expect(dialog).to_contain_text("UPI su••@upi")
    expect(dialog.get_by_role("radiogroup", name="Payment method")).to_be_hidden()
    clicks(button(dialog, "Confirm"))
    expect(toast(lev, "Request sent")).to_be_visible()
    assert clicks.count == 2


def test_a_declined_payment_can_be_tried_three_times_and_then_another_way(page_of, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    lev = page_of(learner, LEARNER_HOME)
    button(card(lev.locator("#for-you"), lesson.title), "Book").click()
    dialog = lev.get_by_role("dialog")
    dialog.get_by_label("Card", exact=True).check()
    dialog.get_by_label("Card number", exact=True).fill("4000 0000 0000 0002")
    button(dialog, "Confirm").click()
    for number in (1, 2):
        expect(dialog).to_contain_text(f"Try {number} of 3")
        expect(dialog).to_contain_text("Your bank said no to this card. Nothing was taken.")
        button(dialog, "Retry").click()
    expect(lev.get_by_role("dialog", name="Try another method?")).to_be_visible()
    expect(dialog.get_by_label("UPI", exact=True)).to_be_checked()
    button(dialog, "Confirm").click()
    expect(toast(lev, "Request sent")).to_be_visible()


def test_a_double_click_on_confirm_pays_once(page_of, mentor, learner, house):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    lev = page_of(learner, LEARNER_HOME)
    button(card(lev.locator("#for-you"), lesson.title), "Book").click()
    button(lev.get_by_role("dialog"), "Confirm").dblclick()
    expect(toast(lev, "Request sent")).to_be_visible()
    db.session.rollback()  # look with fresh eyes
    booking = bookings.live_of_learner_in(learner, lesson.id)
    assert booking is not None
    assert len(booking.payment.attempts) == 1


def test_a_payment_that_hangs_is_checked_and_the_dialog_finds_out_by_itself(page_of, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    lev = page_of(learner, LEARNER_HOME)
    button(card(lev.locator("#for-you"), lesson.title), "Book").click()
    lev.get_by_label("UPI ID", exact=True).fill("timeout-after@upi")
    button(lev.get_by_role("dialog"), "Confirm").click()
    expect(lev.get_by_role("dialog", name="Checking your payment")).to_be_visible()
    expect(lev.get_by_role("dialog", name="Request sent")).to_be_visible(timeout=40_000)


def test_the_second_of_two_learners_is_offered_others_one_click_away(page_of, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    other = factories.lesson(mentor, starts_in=timedelta(hours=4))
    lev = page_of(learner, LEARNER_HOME)
    button(card(lev.locator("#for-you"), lesson.title), "Book").click()
    expect(lev.get_by_role("dialog", name="Book this session")).to_be_visible()
    factories.request(factories.learner("Ana Sol"), lesson)
    button(lev.get_by_role("dialog"), "Confirm").click()
    taken = lev.get_by_role("dialog", name="Slot taken, try another")
    expect(taken).to_be_visible()
    button(card(taken, other.title), "Book").click()
    expect(lev.get_by_role("dialog", name="Book this session")).to_contain_text(other.title)
    button(lev.get_by_role("dialog"), "Confirm").click()
    expect(toast(lev, "Request sent")).to_be_visible()


def test_somebody_who_is_not_signed_in_comes_back_to_the_open_dialog(page_of, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    page = page_of(None, "/explore")
    mark(page)
    button(card(page, lesson.title), "Book").click()
    page.get_by_label("Email", exact=True).fill(learner.email)
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    button(page, "Sign in").last.click()
    expect(page.get_by_role("dialog", name="Book this session")).to_contain_text(lesson.title)
    assert is_same_document(page)


def test_join_appears_by_itself_a_quarter_of_an_hour_before(page_of, mentor, learner):
    booking = factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(minutes=16, seconds=15)))
    lev = page_of(learner, LEARNER_HOME)
    hero = card(lev.locator("#hero"), booking.lesson.title)
    expect(hero).to_contain_text("Join opens in")
    expect(button(hero, "Join")).to_have_count(0)
    seconds = (booking.lesson.starts_at - timedelta(minutes=15) - now()).total_seconds()
    expect(button(hero, "Join")).to_be_visible(timeout=(seconds + 15) * 1000)


@pytest.mark.parametrize(("who", "home"), [("mentor", MENTOR_HOME), ("learner", LEARNER_HOME)])
@pytest.mark.parametrize("width", [1280, 360])
def test_walking_the_whole_navigation_never_loads_a_new_document_nor_moves_the_page(page_of, mentor, learner, who, home, width):
    person = {"mentor": mentor, "learner": learner}[who]
    for _ in range(2):
        factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(days=1 + _)))
    page = page_of(person, home, viewport={"width": width, "height": 800})
    mark(page)
    places = page.get_by_role("navigation", name="Main").get_by_role("listitem").get_by_role("link")  # the mark leads out of it
    for position in range(places.count()):
        if not places.nth(position).is_visible():
            continue
        places.nth(position).click()
        expect(places.nth(position)).to_have_attribute("aria-current", "page")
        expect(page.locator("#main h1")).to_be_visible()
        page.wait_for_timeout(350)
    page.go_back()
    page.wait_for_timeout(350)
    assert is_same_document(page)
    assert shift(page) < 0.05, movers(page)
    assert violations(page) == []


def test_without_topics_the_form_says_so_and_keeps_what_was_typed(page_of, mentor):
    mira = page_of(mentor, "/dashboard/mentor/sessions/new")
    mira.get_by_label("Title", exact=True).fill("Knots for climbers")
    button(mira, "Submit").click()
    expect(toast(mira, "Complete all fields")).to_be_visible()
    expect(mira.get_by_label("Description", exact=True)).to_be_focused()
    expect(mira.get_by_label("Title", exact=True)).to_have_value("Knots for climbers")
    fill_in(mira, "Knots for climbers", topics="")
    button(mira, "Submit").click()
    expect(toast(mira, "Please add topics")).to_be_visible()
    expect(mira.get_by_label("Topics covered", exact=True)).to_be_focused()


def test_the_preview_grows_while_somebody_types(page_of, mentor):
    other = factories.lesson(mentor, starts_in=timedelta(days=3), title="Sailing theory")
    mira = page_of(mentor, "/dashboard/mentor/sessions/new")
    fill_in(mira, "Knots for climbers", moment=other.starts_at.strftime("%Y-%m-%dT%H:%M"))
    preview = mira.locator("#preview")
    expect(preview).to_contain_text("Knots for climbers")
    expect(preview).to_contain_text("$18")
    expect(mira.locator("#price-help")).to_contain_text(re.compile(r"45 min cost \$4 to \$38"))
    expect(mira.locator("#starts_at-help")).to_contain_text("You have “Sailing theory” then")


def test_links_in_pop_ups_dialogs_and_details_stay_in_the_document_too(page_of, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=2))
    lev, mira = page_of(learner, LEARNER_HOME), page_of(mentor, "/dashboard/mentor/earnings")
    mark(lev), mark(mira)
    found = card(lev.locator("#for-you"), lesson.title)
    found.get_by_role("link", name=lesson.title).press("Enter")
    lev.get_by_role("dialog", name="Session details").get_by_role("link", name="See the whole page").click()
    expect(lev.get_by_role("heading", level=1, name=lesson.title)).to_be_visible()
    factories.request(learner, lesson)
    toast(mira, "New booking!").get_by_role("link").click()
    expect(mira.get_by_role("heading", level=1)).to_contain_text("Welcome, Mira Holm!")
    lev.get_by_role("link", name="Notifications").click()
    expect(lev.get_by_role("dialog", name="Notifications")).to_be_visible()
    lev.keyboard.press("Escape")
    assert is_same_document(lev)
    assert is_same_document(mira)
