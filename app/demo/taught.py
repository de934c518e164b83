"""A taught session written down as rows, its money through the ledger's own functions.

A test holds these rows against those of a session that was played through the use cases, so that the two cannot drift apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.models import User
from app.bookings import policies
from app.bookings.attendance_models import Closing
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.bookings.states import BookingState
from app.community.models import Review
from app.config import settings
from app.demo.cast import Offer
from app.demo.scenes import ACCEPTED, BOOKED, presence
from app.extensions import db
from app.kernel import clock
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.lessons.models import Lesson
from app.live.models import Room
from app.payments import ledger, receipts_wanted
from app.payments.models import Payment, PaymentAttempt, PaymentState
from app.payments.providers.base import Instrument
from app.payments.providers.registry import provider
from app.payments.receipt_models import ReceiptKind


@dataclass(frozen=True, slots=True)
class Taught:
    """A session to write down; the key names its payment at the provider, the instrument paid it."""

    mentor: User
    learner: User
    offer: Offer
    starts_at: datetime
    stars: int
    praise: str
    reply: str
    key: str
    instrument: Instrument


def write_taught(taught: Taught, lesson: Lesson, provider_id: str | None) -> Booking:
    """Booked, accepted, taught, paid out and rated; joins the caller's transaction."""
    booking = _booking(taught, lesson)
    _ledger(booking, _payment(booking, taught, provider_id))
    _evening(booking, taught)
    return booking


def _booking(taught: Taught, lesson: Lesson) -> Booking:
    booked_at, accepted_at, over = taught.starts_at - BOOKED, taught.starts_at - ACCEPTED, lesson.ends_at
    booking = Booking(
        lesson=lesson,
        learner=taught.learner,
        seat_no=1,
        state=BookingState.COMPLETED,
        price_minor=lesson.price_minor,
        currency=lesson.currency,
        fee_bps=settings().platform_fee_bps,
        held_until=booked_at + policies.HOLD,
        requested_at=booked_at,
        decide_by=policies.decide_by(booked_at, lesson.starts_at),
        accepted_at=accepted_at,
        closed_at=over,
        settled_at=over,
        reminded_at=taught.starts_at - policies.REMINDER,
        release_at=over + policies.RELEASE_AFTER,
        released_at=over + policies.RELEASE_AFTER,
        taught_seconds=(lesson.duration_minutes - 1) * 60,
        created_at=booked_at,
    )
    db.session.add(booking)
    db.session.flush()
    return booking


def _payment(booking: Booking, taught: Taught, provider_id: str | None) -> Payment:
    """Paid at once, with the money the provider took."""
    payment = Payment(
        purpose="booking",
        reference=str(booking.id),
        payer_id=booking.learner_id,
        amount_minor=booking.price_minor,
        currency=booking.currency,
        provider=provider().name,
        state=PaymentState.CAPTURED,
        method_label=taught.instrument.label,
        provider_payment_id=provider_id,
        capture_wanted_at=booking.accepted_at,
        captured_at=booking.created_at,
        created_at=booking.created_at,
    )
    attempt = PaymentAttempt(
        number=1,
        key=taught.key,
        kind=taught.instrument.kind.value,
        instrument=taught.instrument.token,
        outcome="accepted",
        asked_at=booking.created_at,
        answered_at=booking.created_at,
    )
    payment.attempts.append(attempt)
    booking.payment = payment
    db.session.flush()
    return payment


def _ledger(booking: Booking, payment: Payment) -> None:
    """Taken when booked, paid out a day after the session."""
    nothing, price, fee = Money(0, booking.currency), booking.price, fee_of(booking)
    held = ledger.held_for("booking", str(booking.id))
    with clock.stopped(booking.created_at):
        receipts_wanted.want(ReceiptKind.RECEIPT, payment.id)
        ledger.post("capture", str(payment.id), {held: price, ledger.provider_account(payment.provider): nothing - price})
    with clock.stopped(booking.lesson.ends_at + policies.RELEASE_AFTER):
        mentor = ledger.available_to(booking.lesson.mentor_id)
        receipts_wanted.want(ReceiptKind.STATEMENT, booking.id)
        ledger.post("release", str(booking.id), {held: nothing - price, mentor: price - fee, ledger.FEES: fee})


def _evening(booking: Booking, taught: Taught) -> None:
    """The room, who was in it, and what they said afterwards."""
    lesson = booking.lesson
    room = Room(public_id=new_public_id(), lesson_id=lesson.id, opened_at=lesson.starts_at, ended_at=lesson.ends_at)
    there = [presence(lesson, person) for person in (taught.mentor, taught.learner)]
    for interval in there:
        interval.close(lesson.ends_at, Closing.ENDED)
    reviews = [
        _review(booking, taught.learner, taught.mentor, taught.stars, taught.praise),
        _review(booking, taught.mentor, taught.learner, 5, taught.reply),
    ]
    db.session.add_all([room, *there, *reviews])


def _review(booking: Booking, author: User, person: User, stars: int, comment: str) -> Review:
    """Readable at once: both have spoken within hours of each other."""
    at = booking.lesson.ends_at + timedelta(hours=1 if author.id == booking.learner_id else 3)
    return Review(
        booking_id=booking.id,
        author_id=author.id,
        person_id=person.id,
        stars=stars,
        comment=comment,
        created_at=at,
        published_at=booking.lesson.ends_at + timedelta(hours=3),
    )
