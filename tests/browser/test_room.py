"""The live session in two real browsers: they see and hear each other, and every control does what it says."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.community.models import Review
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.live import queries as live
from tests import factories
from tests.browser.meeting import SPY, falls_silent, grows, stands, until

pytestmark = pytest.mark.browser


@dataclass
class Meeting:
    """Two people who may meet now."""

    booking: Booking
    address: str
    mentor: User
    learner: User
    open: Callable[..., Page]


@pytest.fixture
def meeting(house, browse) -> Meeting:
    return _meeting(browse)


@pytest.fixture
def begun(house, browse) -> Meeting:
    """The same, of a session that should have begun a minute ago."""
    with clock.stopped(now() - timedelta(minutes=6)):
        return _meeting(browse)


def _meeting(browse) -> Meeting:
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor, title="Knots and braids")
    address = f"/session/{live.room_of(booking.lesson_id).public_id}/"

    def enter(user: User, **extra) -> Page:
        page = browse(user, **extra).new_page()
        page.add_init_script(SPY)
        page.goto(address)
        return page

    return Meeting(booking, address, mentor, learner, enter)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def tile(page: Page, name: str):
    return page.locator(".tile", has=page.locator(".tile-words", has_text=re.compile(f"^{name}$")))


def seconds(page: Page) -> int:
    minutes, rest = page.get_by_role("timer", name="Timer").inner_text().split(":")
    return int(minutes) * 60 + int(rest)


def agree(one: Page, other: Page) -> bool:
    """Do their timers come to show the same? What one server's word changes, the other page hears with its next beat."""
    return until(lambda: abs(seconds(one) - seconds(other)) <= 1, 10)


def inside(*pages: Page) -> None:
    """Wait until they are in the room: what is said before is no news to whoever comes."""
    for page in pages:
        expect(page.locator(".room")).to_have_attribute("data-line", "up")


def test_two_people_see_and_hear_each_other_and_the_timer_runs(meeting):
    mira = meeting.open(meeting.mentor)
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()
    lev = meeting.open(meeting.learner)
    for page in (mira, lev):
        assert grows(page, "frames", by=20), "no picture arrives"
        assert grows(page, "loudness", by=0.001), "there is only silence"
    expect(tile(lev, "Mira Holm")).to_have_attribute("data-size", "large")
    expect(tile(lev, "You")).to_have_attribute("data-size", "small")
    assert until(lambda: seconds(mira) >= 3 and seconds(lev) >= 3, 10)
    assert agree(mira, lev)
    expect(mira.locator(".time-left")).to_have_text(re.compile(r"\d+ min left"))


def test_muting_silences_and_says_so_on_the_other_side(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(lev, "loudness", by=0.001)
    button(mira, "Mute").click()
    expect(button(mira, "Mute")).to_have_attribute("aria-pressed", "true")
    expect(tile(lev, "Mira Holm").locator(".tile-muted")).to_be_visible()
    assert stands(mira, "spoken", during=1.5), "the microphone is still being sent"
    assert falls_silent(lev, during=1.5)
    button(mira, "Mute").click()
    expect(button(mira, "Mute")).to_have_attribute("aria-pressed", "false")
    assert grows(lev, "loudness", by=0.001)


def test_the_camera_goes_off_and_on_again_without_a_new_connection(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(lev, "frames", by=20)
    made = mira.evaluate("connections.length")
    button(mira, "Camera").click()
    expect(button(mira, "Camera")).to_have_attribute("aria-pressed", "false")
    expect(tile(lev, "Mira Holm")).to_have_attribute("data-camera", "off")
    assert stands(lev, "frames", during=1)
    button(mira, "Camera").click()
    expect(tile(lev, "Mira Holm")).to_have_attribute("data-camera", "on")
    assert grows(lev, "frames", by=20)
    assert mira.evaluate("connections.length") == made


def test_sharing_shows_the_screen_large_and_leaves_the_camera_on(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(lev, "frames", by=10)
    button(mira, "Share").click()
    expect(button(mira, "Share")).to_have_attribute("aria-pressed", "true")
    expect(tile(lev, "Mira Holm's screen")).to_have_attribute("data-size", "large")
    assert grows(lev, "screenFrames", by=3)
    assert grows(lev, "frames", by=10)
    expect(tile(mira, "Your screen")).to_be_visible()
    button(mira, "Share").click()
    expect(tile(lev, "Mira Holm's screen")).to_have_count(0)
    expect(tile(lev, "Mira Holm")).to_have_attribute("data-size", "large")


def test_chat_in_two_clicks_is_there_at_once_and_after_a_reload(meeting):
    mira = meeting.open(meeting.mentor, viewport={"width": 1000, "height": 700})
    lev = meeting.open(meeting.learner)
    inside(mira)
    button(lev, "Chat").click()
    lev.get_by_label("Message", exact=True).fill("Hello <b>Mira</b>")
    lev.keyboard.press("Enter")
    expect(lev.locator(".line")).to_have_attribute("data-state", "sent")
    expect(button(mira, "Chat")).to_have_attribute("aria-description", "1 unread")
    button(mira, "Chat").click()
    expect(mira.locator(".line-text")).to_have_text("Hello <b>Mira</b>")
    lev.reload()
    button(lev, "Chat").click()
    expect(lev.locator(".line-text")).to_have_text("Hello <b>Mira</b>")


def test_a_learners_end_leaves_and_asks_for_a_rating(meeting, house):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(lev, "frames", by=5)
    assert until(lambda: seconds(lev) >= 1, 10)
    button(lev, "End").click()
    dialog = lev.get_by_role("dialog")
    expect(dialog.get_by_role("radiogroup", name="Rating")).to_be_visible()
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()
    dialog.get_by_role("radio", name="5 stars").check(force=True)
    dialog.get_by_label("Comment").fill("The bowline, at last.")
    dialog.get_by_role("button", name="Send feedback").click()
    lev.wait_for_url("**/dashboard/learner/")
    review = db.session.query(Review).filter_by(booking_id=meeting.booking.id).one()
    assert (review.stars, review.comment, review.person_id) == (5, "The bowline, at last.", meeting.mentor.id)


def test_the_mentors_end_can_be_undone_and_else_ends_it_for_both(meeting, house):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert until(lambda: seconds(lev) >= 2, 15)
    button(mira, "End").click()
    expect(lev.get_by_text("Your mentor is ending the session in")).to_be_visible()
    button(mira, "Undo").click()
    expect(lev.locator(".ending")).to_be_hidden()
    assert grows(lev, "frames", by=5)
    button(mira, "End").click()
    for page in (mira, lev):
        expect(page.get_by_role("dialog").get_by_role("button", name="Send feedback")).to_be_visible(timeout=30_000)
    assert until(lambda: booking_state(meeting) is BookingState.COMPLETED, 20)
    expect(mira.locator("#feedback:modal")).to_be_visible()
    lev.get_by_role("button", name="Skip").click()
    lev.wait_for_url("**/dashboard/learner/")
    lev.goto(meeting.address)
    expect(lev.get_by_role("radiogroup", name="Rating")).to_be_visible()


def booking_state(meeting: Meeting) -> BookingState:
    db.session.rollback()
    return bookings.by_id(meeting.booking.id).state


def test_without_camera_and_microphone_one_comes_in_and_sees_the_other(meeting):
    lev = meeting.open(meeting.learner, permissions=[])
    lev.evaluate("0")
    mira = meeting.open(meeting.mentor)
    assert grows(lev, "frames", by=10)
    expect(mira.get_by_text("Waiting for")).to_be_hidden()


def test_a_second_tab_asks_and_takes_the_seat(meeting):
    mira, first = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    second = first.context.new_page()
    second.add_init_script(SPY)
    second.goto(meeting.address)
    expect(second.get_by_role("dialog", name="Join here instead?")).to_be_visible()
    second.get_by_role("button", name="Join here").click()
    assert grows(second, "frames", by=10)
    expect(first.get_by_role("dialog", name="Join here instead?")).to_be_visible()
    assert until(lambda: first.evaluate("connections.every((pc) => pc.connectionState === 'closed')"), 15)
    first.get_by_role("button", name="Join here").click()
    assert grows(first, "frames", by=10)


def test_a_reload_brings_the_picture_back_by_itself(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    lev.reload()
    for page in (mira, lev):
        assert grows(page, "frames", by=10)


def test_closing_the_page_is_seen_as_leaving(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "frames", by=5)
    lev.close()
    expect(mira.get_by_text("Waiting for Lev…")).to_be_visible()


def test_strangers_find_nothing(meeting, browse, house):
    for user in (factories.learner("A Stranger"), factories.mentor("Another Mentor")):
        page = browse(user).new_page()
        assert page.goto(meeting.address).status == 404
    visitor = browse(None).new_page()
    visitor.goto(meeting.address)
    assert "/sign-in" in visitor.url


def tab(page: Page, name: str):
    return page.get_by_role("tab", name=re.compile(f"^{name}( new)?$"))


def test_a_topic_the_mentor_ticks_is_covered_on_both_sides_and_after_a_reload(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    inside(mira, lev)
    for page in (mira, lev):
        button(page, "Chat").click()
        expect(page.get_by_role("tab", name="Chat")).to_have_attribute("aria-selected", "true")
    tab(mira, "Topics").click()
    mira.get_by_role("checkbox", name="Braids").check()
    expect(tab(lev, "Topics")).to_have_accessible_name("Topics new")
    tab(lev, "Topics").click()
    expect(tab(lev, "Topics")).to_have_accessible_name("Topics")
    line = lev.get_by_role("list", name="Topics").get_by_role("listitem").filter(has_text="Braids")
    expect(line).to_contain_text("Covered")
    lev.reload()
    expect(tab(lev, "Topics")).to_have_attribute("aria-selected", "true")
    expect(lev.get_by_role("list", name="Topics").get_by_role("listitem").filter(has_text="Braids")).to_contain_text("Covered")
    mira.get_by_role("checkbox", name="Braids").uncheck()
    expect(line.get_by_text("Covered")).to_be_hidden()


def test_the_tabs_work_with_the_keyboard_alone(meeting):
    lev = meeting.open(meeting.learner)
    button(lev, "Chat").press("Enter")
    tab(lev, "Chat").focus()
    lev.keyboard.press("ArrowRight")
    expect(tab(lev, "Chat")).to_have_attribute("tabindex", "-1")
    expect(lev.locator("[role=tab]:focus")).to_have_attribute("aria-selected", "true")
    lev.keyboard.press("Escape")
    expect(lev.locator("#side")).to_be_hidden()
    expect(button(lev, "Chat")).to_be_focused()


def apart(one: dict, other: dict) -> bool:
    """Do two boxes of a page not lie over each other?"""
    return one["x"] >= other["x"] + other["width"] or other["x"] >= one["x"] + one["width"]


def test_a_gift_is_given_without_leaving_the_call_and_the_mentor_reads_of_it(begun):
    mira, lev = begun.open(begun.mentor), begun.open(begun.learner)
    assert grows(lev, "frames", by=10)
    expect(mira.get_by_role("button", name="Gift")).to_have_count(0)
    button(lev, "Gift").click()
    dialog = lev.get_by_role("dialog", name=re.compile("Gift for Mira"))
    expect(dialog).to_be_visible()
    assert apart(dialog.bounding_box(), tile(lev, "Mira Holm").bounding_box()), "it covers nobody"
    lev.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button(lev, "Gift")).to_be_focused()
    button(lev, "Gift").click()
    dialog.get_by_label("Amount").fill("5")
    dialog.get_by_role("button", name="Send").click()
    expect(mira.get_by_text(re.compile(r"Thank you!.*\$5"))).to_be_visible()  # it stands there for seven seconds
    expect(lev.get_by_role("heading", name="Thank you!")).to_be_visible()
    assert grows(lev, "frames", by=10), "the call went on"


def test_whoever_is_muted_talks_for_as_long_as_a_key_is_held(meeting):
    mira, lev = meeting.open(meeting.mentor), meeting.open(meeting.learner)
    assert grows(mira, "loudness", by=0.001)
    for key in ("KeyT", "Alt"):  # whichever is let go first
        button(lev, "Mute").click()
        expect(tile(mira, "Lev Park").locator(".tile-muted")).to_be_visible()
        lev.keyboard.down("Alt")
        lev.keyboard.down("KeyT")
        expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "false")
        expect(tile(mira, "Lev Park").locator(".tile-muted")).to_be_hidden()
        lev.keyboard.up(key)
        expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "true")
        lev.keyboard.up("Alt" if key == "KeyT" else "KeyT")
        expect(tile(mira, "Lev Park").locator(".tile-muted")).to_be_visible()
        button(lev, "Mute").click()
    lev.keyboard.press("Alt+KeyT")
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "false")


def test_keys_press_the_controls_but_never_while_somebody_writes(meeting):
    lev = meeting.open(meeting.learner)
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "false")
    lev.keyboard.press("Alt+KeyM")
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "true")
    lev.keyboard.press("Alt+KeyC")
    lev.get_by_label("Message").press("Alt+KeyM")
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "true")
    lev.keyboard.press("Escape")
    lev.keyboard.press("?")
    keys = lev.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Alt+M")
    expect(keys).to_contain_text("Alt+T, held")
    keys.get_by_label("Keys are on").uncheck()
    keys.get_by_role("button", name="Close").click()
    lev.keyboard.press("Alt+KeyM")
    expect(button(lev, "Mute")).to_have_attribute("aria-pressed", "true")
