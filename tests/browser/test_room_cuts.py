"""The network goes away for three seconds, ten, a minute: it is said, the call comes back, and nothing that was done is lost."""

import time
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from app.bookings import attendance
from app.extensions import db
from app.live import queries as live
from app.live.models import Room
from tests import factories
from tests.browser.meeting import grows, until
from tests.browser.phases import just_heard
from tests.browser.test_board import drag, open_board, picture
from tests.browser.test_room import agree, button, seconds, tile
from tests.browser.test_room_line import MILD, OFFLINE, enter, network

pytestmark = pytest.mark.browser

GRACE = 8
"""Seconds for which a seat counts as taken after its last heartbeat; heartbeats come every five."""


@pytest.fixture
def scene(house) -> tuple:
    mentor, learner = factories.mentor(), factories.learner()
    booking = factories.joinable(learner, mentor, title="Knots and braids")
    return mentor, learner, live.room_of(booking.lesson_id).public_id


def say(page: Page, words: str) -> None:
    button(page, "Chat").click()
    page.get_by_label("Message", exact=True).fill(words)
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Whiteboard").click()


def lines(page: Page) -> list[str]:
    return sorted(page.locator(".line-text").all_text_contents())


def together(public_id: str) -> float:
    """The server's own figure: seconds both were there."""
    db.session.rollback()
    room = db.session.query(Room).filter_by(public_id=public_id).one()
    return live.pulse(room).timer.seconds


def lesson_of(public_id: str) -> int:
    db.session.rollback()
    return db.session.query(Room).filter_by(public_id=public_id).one().lesson_id


def unseen(public_id: str, user_id: int) -> float:
    """Seconds between this person's stays, by the rows that decide the money."""
    stays = sorted((row for row in attendance.intervals(lesson_of(public_id)) if row.user_id == user_id), key=lambda row: row.joined_at)
    return sum((after.joined_at - before.left_at).total_seconds() for before, after in pairwise(stays))


@pytest.mark.parametrize("gap", [3, 10, pytest.param(62, marks=pytest.mark.long)])
def test_a_cut_is_said_ends_well_and_loses_nothing(browse, scene, gap):
    mentor, learner, public_id = scene
    mira, lev = (enter(browse, user, f"/session/{public_id}/", mild=True) for user in (mentor, learner))
    for page in (mira, lev):
        assert grows(page, "frames", by=20)
        open_board(page)
    assert until(lambda: seconds(lev) >= 2, 10)
    just_heard(learner.id, lesson_of(public_id))  # a beat may be five seconds old, and the seat is kept for eight from it on
    began, counted = time.monotonic(), together(public_id)

    network(lev, OFFLINE)
    cut_at = time.monotonic()
    expect(lev.locator(".line-words")).to_have_text("Reconnecting...", timeout=3000)
    for page, other in ((mira, "Lev Park"), (lev, "Mira Holm")):
        expect(tile(page, other).locator(".tile-state")).to_have_text("Reconnecting...", timeout=4000)
    drag(lev, (200, 200), (500, 300))
    drag(mira, (900, 200), (1200, 500))
    say(lev, "Written without a line")
    say(mira, "Are you there?")
    lev.wait_for_timeout(max(0, (gap - (time.monotonic() - cut_at)) * 1000))
    if gap > 30:
        expect(lev.get_by_role("heading", name="Rejoin?")).to_be_visible()
    network(lev, MILD)
    was_cut_for = time.monotonic() - cut_at

    for page in (mira, lev):
        assert grows(page, "frames", by=20, within=10), "no picture any more"
        expect(page.locator(".room")).to_have_attribute("data-line", "up")
        expect(tile(page, "Mira Holm" if page is lev else "Lev Park").locator(".tile-state")).to_be_hidden(timeout=10_000)
    expect(lev.get_by_role("heading", name="Rejoin?")).to_be_hidden()
    assert until(lambda: lines(lev) == lines(mira) == ["Are you there?", "Written without a line"], 15)
    assert until(lambda: picture(lev) == picture(mira), 15), "the boards differ"
    away = unseen(public_id, learner.id)
    assert was_cut_for - GRACE - 1 <= away <= max(0, was_cut_for - GRACE + 5) + 2, f"{away:.1f} s of {was_cut_for:.1f} s are missing"
    paused = (time.monotonic() - began) - (together(public_id) - counted)
    assert abs(paused - away) < 1, f"the timer stood for {paused:.1f} s, Lev was away for {away:.1f} s"
    assert agree(lev, mira)
