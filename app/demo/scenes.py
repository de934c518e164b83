"""Scenes of a booking's life, each played through the real use cases with the clock held at the right moments."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.models import User
from app.bookings import jobs, policies, rejecting, settlement
from app.bookings import service as bookings
from app.bookings.attendance_models import PresenceInterval
from app.bookings.cancelling import cancel_booking
from app.bookings.models import Booking
from app.community.service import review
from app.demo.cast import Offer
from app.demo.offers import ANNOUNCED, publish
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.live import queries as live_queries
from app.live import service as live
from app.payments.jobs import carry_out_refunds
from app.payments.methods import Choice, saved_methods

UPI = Choice(kind="upi", details={"upi_id": "success@upi"})
CARD = Choice(kind="card", details={"card_number": "4242 4242 4242 4242"})
DECLINED = Choice(kind="upi", details={"upi_id": "decline@upi"})
BOOKED, ACCEPTED = timedelta(days=2), timedelta(days=1, hours=20)
"""How long before the start a past session was booked, and accepted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one of the two says afterwards."""

    stars: int
    comment: str


def way_to_pay(learner: User, otherwise: Choice = UPI) -> Choice:
    """With what they kept, if they kept something."""
    saved = saved_methods(learner)
    return Choice(saved_id=saved[0].id) if saved else otherwise


def taught(
    mentor: User,
    learner: User,
    offer: Offer,
    starts_at: datetime,
    of_mentor: Verdict | None = None,
    of_learner: Verdict | None = None,
) -> Booking:
    """Booked, accepted, taught from the first minute to the last, paid out a day later, and rated by both (or one, or nobody)."""
    booking = _accepted(mentor, learner, offer, starts_at)
    _meet(booking.lesson, mentor, learner)
    _end_room(booking.lesson, booking.lesson.ends_at)
    if booking.release_at is not None and booking.release_at <= now():
        with clock.stopped(booking.release_at):
            settlement.release_earnings(booking.id)
    for hours, author, verdict in ((1, learner, of_mentor), (3, mentor, of_learner)):
        if verdict is not None:
            with clock.stopped(booking.lesson.ends_at + timedelta(hours=hours)):
                review(author, booking.id, verdict.stars, verdict.comment)
    return booking


def declined(mentor: User, learner: User, offer: Offer, starts_at: datetime) -> Booking:
    """The mentor cannot; the money goes back."""
    booking = _requested(mentor, learner, offer, starts_at)
    with clock.stopped(starts_at - ACCEPTED):
        rejecting.reject_booking(mentor, booking.id)
    with clock.stopped(starts_at - ACCEPTED + policies.UNDO_REJECT):
        rejecting.finish_reject(booking.id)
        carry_out_refunds()
    return booking


def unanswered(mentor: User, learner: User, offer: Offer, starts_at: datetime) -> Booking:
    """Nobody answered in time; the money goes back."""
    booking = _requested(mentor, learner, offer, starts_at)
    with clock.stopped(booking.decide_by or starts_at):
        jobs.expire_request(booking.id)
        carry_out_refunds()
    return booking


def canceled(mentor: User, learner: User, offer: Offer, starts_at: datetime) -> Booking:
    """The learner canceled an hour before: half of the money goes back, the other half is released a day later."""
    booking = _accepted(mentor, learner, offer, starts_at)
    with clock.stopped(starts_at - timedelta(hours=1)):
        booking = cancel_booking(learner, booking.id)
        carry_out_refunds()
    if booking.release_at is not None and booking.release_at <= now():
        with clock.stopped(booking.release_at):
            settlement.release_earnings(booking.id)
    return booking


def missed(mentor: User, learner: User, offer: Offer, starts_at: datetime) -> Booking:
    """Only the learner came; the money goes back."""
    booking = _accepted(mentor, learner, offer, starts_at)
    _meet(booking.lesson, learner)
    _end_room(booking.lesson, booking.lesson.ends_at + policies.OVERRUN)
    with clock.stopped(booking.lesson.ends_at + policies.OVERRUN):
        carry_out_refunds()
    return booking


def waiting(learner: User, lesson: Lesson, *, hours_ago: float, choice: Choice = UPI) -> Booking:
    """Booked and paid for, not answered yet."""
    with clock.stopped(now() - timedelta(hours=hours_ago)):
        return bookings.book(learner, lesson.id, way_to_pay(learner, choice))


def confirmed(learner: User, lesson: Lesson, *, hours_ago: float, choice: Choice = UPI) -> Booking:
    """Booked, and accepted two hours later."""
    booking = waiting(learner, lesson, hours_ago=hours_ago, choice=choice)
    with clock.stopped(now() - timedelta(hours=max(0.0, hours_ago - 2))):
        return bookings.accept_booking(lesson.mentor, booking.id)


def _requested(mentor: User, learner: User, offer: Offer, starts_at: datetime) -> Booking:
    with clock.stopped(starts_at - ANNOUNCED):
        lesson = publish(mentor, offer, starts_at)
    with clock.stopped(starts_at - BOOKED):
        return bookings.book(learner, lesson.id, way_to_pay(learner))


def _accepted(mentor: User, learner: User, offer: Offer, starts_at: datetime) -> Booking:
    booking = _requested(mentor, learner, offer, starts_at)
    with clock.stopped(starts_at - ACCEPTED):
        return bookings.accept_booking(mentor, booking.id)


def _meet(lesson: Lesson, *people: User) -> None:
    """Present from a minute after the start to the end. Written as rows: an hour has 720 heartbeats of each."""
    room = live_queries.room_of(lesson.id)
    with transaction():
        room.opened_at = lesson.starts_at
        db.session.add_all(presence(lesson, person) for person in people)


def presence(lesson: Lesson, person: User) -> PresenceInterval:
    """Somebody who is in the room and still there at the planned end."""
    return PresenceInterval(
        lesson_id=lesson.id,
        user_id=person.id,
        tab=f"demo-tab-{person.id}",
        connection=f"demo-connection-{person.id}",
        joined_at=lesson.starts_at + timedelta(minutes=1),
        last_seen_at=lesson.ends_at,
    )


def _end_room(lesson: Lesson, at: datetime) -> None:
    with clock.stopped(at):
        live.close(live_queries.room_of(lesson.id).id)
