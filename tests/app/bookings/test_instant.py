"""Sessions that are accepted at once: the yes follows the money, whenever that comes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.bookings import jobs, queries, service
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.notifications.models import Notice
from app.payments import jobs as payment_jobs
from tests import factories
from tests.blueprints.reading import control, text_of

pytestmark = pytest.mark.database

HTMX = {"HX-Request": "true"}


@pytest.fixture
def instant(mentor):
    """A session Mira accepts at once."""
    return factories.lesson(mentor, is_instant=True)


def kinds_told(person) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.user_id == person.id).order_by(Notice.id)))


def test_who_pays_is_confirmed_and_both_are_told_so(instant, mentor, learner) -> None:
    booking = service.book(learner, instant.id, factories.UPI)
    assert booking.state is BookingState.CONFIRMED
    assert booking.accepted_at is not None
    assert kinds_told(mentor) == ["booking.instant"]
    assert kinds_told(learner) == ["booking.confirmed"]


def test_a_card_hold_is_taken_with_the_yes(instant, learner) -> None:
    assert service.book(learner, instant.id, factories.CARD).state is BookingState.CONFIRMED


def test_an_ordinary_session_still_waits_for_its_mentor(lesson, learner) -> None:
    assert service.book(learner, lesson.id, factories.UPI).state is BookingState.REQUESTED


def test_nobody_is_confirmed_without_money(instant, learner) -> None:
    booking = service.book(learner, instant.id, factories.DECLINED_CARD)
    assert (booking.state, booking.accepted_at) == (BookingState.HELD, None)


def test_money_on_its_way_is_accepted_now_and_confirmed_when_it_is_here(instant, learner) -> None:
    booking = service.book(learner, instant.id, factories.BANK)
    assert (booking.state, booking.accepted_at is not None) == (BookingState.REQUESTED, True)


def test_a_yes_that_a_crash_swallowed_is_said_by_the_sweep(lesson, learner) -> None:
    booking = service.book(learner, lesson.id, factories.UPI)
    with transaction():
        db.session.get_one(Lesson, lesson.id).is_instant = True  # as if the reaction had never run
    jobs.accept_instant_bookings()
    payment_jobs.carry_out_refunds()
    assert queries.by_id(booking.id).state is BookingState.CONFIRMED


def test_the_dialog_says_that_there_is_nothing_to_wait_for(client, instant, learner) -> None:
    lev = factories.signed_in(client, learner)
    assert "You are confirmed at once" in text_of(lev.get(f"/dashboard/learner/sessions/{instant.id}/book", headers=HTMX))
    paid = lev.post(f"/dashboard/learner/sessions/{instant.id}/book", data={"method": "upi", "upi_id": "success@upi"}, headers=HTMX)
    assert "You are confirmed." in paid.headers["HX-Trigger"]
    assert "Confirmed at once" in text_of(
        client.get(f"/sessions/{factories.lesson(instant.mentor, is_instant=True, starts_in=factories.HOURS_2).id}")
    )


def test_the_mentor_chooses_it_when_creating_a_session(client, mentor) -> None:
    mira = factories.signed_in(client, mentor)
    assert control(
        mira.get("/dashboard/mentor/sessions/new"),
        "Accept bookings at once Whoever pays is confirmed without your answer. Off: you say yes or no to each.",
    )
    data = {
        "title": "Knots for sailors", "description": "You will tie a bowline behind your back.", "starts_at": (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "duration_minutes": "45", "price": "18", "capacity": "1", "topics": "Knots", "is_instant": "y",
    }  # fmt: skip
    assert mira.post("/dashboard/mentor/sessions", data=data).status_code == 303
    assert db.session.scalars(select(Lesson)).one().is_instant
