"""Talk now: ring somebody who is here, ninety seconds for a yes, and nobody pays for a talk that did not happen."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.bookings import jobs, ringing, service, settlement
from app.bookings.ringing import NotHere, ring, ringing_for
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed, NotFound
from app.kernel.money import Money
from app.lessons import talk
from app.lessons.models import BusyTime, Lesson, LessonState
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

NINE = Money(900, "USD")


@pytest.fixture
def here(mentor) -> User:
    """Mira, at her dashboard, for two hours."""
    talk.offer_talk(mentor, 15, NINE, 2)
    return mentor


def names() -> list[str]:
    return [offer.mentor.name for offer in talk.here()]


def test_here_is_who_said_so_and_was_heard(here) -> None:
    begins = now()
    assert names() == ["Mira Holm"]
    with clock.stopped(begins + talk.HEARD_WITHIN + timedelta(seconds=1)):
        assert names() == []
        talk.beat(here)
        assert names() == ["Mira Holm"]
    with clock.stopped(begins + timedelta(hours=2, seconds=1)):
        talk.beat(here)
        assert names() == []


def test_whoever_has_a_session_soon_or_stops_is_not_here(here) -> None:
    factories.lesson(here, starts_in=timedelta(minutes=40))
    assert names() == []
    other = factories.mentor("Other One")
    talk.offer_talk(other, 30, NINE, 1)
    assert names() == ["Other One"]
    talk.stop_talk(other)
    assert names() == []


@pytest.mark.parametrize(
    ("minutes", "price", "hours", "field"),
    [
        (20, NINE, 1, "minutes"),
        (15, Money(0, "USD"), 1, "price"),
        (15, Money(-5, "USD"), 1, "price"),
        (15, Money(10**9, "USD"), 1, "price"),
        (15, Money(900, "EUR"), 1, "price"),
        (15, NINE, 3, "hours"),
    ],
)
def test_what_makes_no_offer_is_said_by_its_field(mentor, minutes, price, hours, field) -> None:
    with pytest.raises(Invalid) as fault:
        talk.offer_talk(mentor, minutes, price, hours)
    assert list(fault.value.fields) == [field]
    assert talk.offer_of(mentor.id) is None


def test_a_yes_within_ninety_seconds_and_both_may_join(here, learner) -> None:
    booking = ring(learner, here.id, factories.CARD)
    assert booking.state is BookingState.REQUESTED
    assert abs(booking.decide_by - booking.requested_at - ringing.RING) < timedelta(seconds=1)
    assert ringing_for(here).id == booking.id
    with clock.stopped(now() + timedelta(seconds=80)):
        taken = service.accept_booking(here, booking.id)
        assert taken.state is BookingState.CONFIRMED
        assert taken.payment.state is PaymentState.CAPTURED
        assert ringing_for(here) is None
    lesson = taken.lesson
    assert timedelta(minutes=2) < lesson.starts_at - now() <= talk.TIME_TO_COME


@pytest.mark.parametrize("choice", [factories.CARD, factories.UPI], ids=("card", "upi"))
def test_no_answer_in_ninety_seconds_and_nothing_is_charged(here, learner, choice) -> None:
    booking = ring(learner, here.id, choice)
    with clock.stopped(now() + timedelta(seconds=91)):
        jobs.expire_requests()
        payment_jobs.carry_out_refunds()
        talk.beat(here)
        gone = service.queries.by_id(booking.id)
        assert gone.state is BookingState.EXPIRED
        assert gone.payment.state in (PaymentState.CANCELED, PaymentState.REFUNDED)
        assert ledger.balance(ledger.held_for("booking", str(booking.id)), "USD").is_zero
        assert gone.lesson.state is LessonState.WITHDRAWN
        assert db.session.scalar(db.select(db.func.count()).select_from(BusyTime)) == 0
        assert names() == ["Mira Holm"]  # and can be rung again


def test_nobody_pays_for_a_talk_one_of_them_did_not_come_to(app, here, learner, monkeypatch) -> None:
    booking = service.accept_booking(here, ring(learner, here.id, factories.UPI).id)
    factories.stay(booking.lesson, here.id, timedelta(), timedelta(minutes=10))
    assert booking.no_show_refund_pct == 100
    with clock.stopped(booking.lesson.starts_at + timedelta(minutes=11)):
        settlement.decide_absence(booking.id)
        payment_jobs.carry_out_refunds()
        assert service.queries.by_id(booking.id).payment.state is PaymentState.REFUNDED


def test_two_ring_at_once_and_one_of_them_gets_through(app, here) -> None:
    people = [factories.learner(f"Ringer {number}").id for number in range(4)]
    mentor_id = here.id

    def ringing_of(person_id: int) -> Callable[[], BookingState]:
        return lambda: ring(db.session.get_one(User, person_id), mentor_id, factories.UPI).state

    results = at_once(app, *(ringing_of(person_id) for person_id in people))
    assert results.count(BookingState.REQUESTED) == 1
    assert sum(isinstance(result, NotHere) for result in results) == 3
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count()).select_from(Lesson)) == 1


def test_a_declined_payment_rings_nobody_and_lets_the_mentor_go(here, learner) -> None:
    booking = ring(learner, here.id, factories.DECLINED_UPI)
    assert booking.state is BookingState.HELD
    assert ringing_for(here) is None
    with clock.stopped(now() + timedelta(minutes=11)):
        jobs.release_holds()
        assert db.session.scalar(db.select(db.func.count()).select_from(BusyTime)) == 0


def test_whom_nobody_can_ring(here, learner) -> None:
    with pytest.raises(NotFound):
        ring(learner, factories.mentor("Never Here").id, factories.UPI)
    with pytest.raises(NotAllowed):
        ring(here, here.id, factories.UPI)
    with pytest.raises(Invalid):
        ring(learner, here.id, factories.Choice(kind="upi", details={"upi_id": "no"}))
    talk.stop_talk(here)
    with pytest.raises(NotHere, match="not here just now"):
        ring(learner, here.id, factories.UPI)
    assert db.session.scalar(db.select(db.func.count()).select_from(Lesson)) == 0


def test_a_learner_with_something_else_now_is_told_so(here, learner) -> None:
    factories.confirmed(learner, factories.lesson(factories.mentor("Other One"), starts_in=timedelta(minutes=5)))
    with pytest.raises(NotHere, match="You already have a session"):
        ring(learner, here.id, factories.UPI)
