"""What documents say about bookings: every text fixed at the moment of writing, on the clock of whom it is for."""

from app.accounts.models import User
from app.bookings.cancellation_terms import TERMS
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.models import Payment
from app.payments.receipt_phrases import clock, exact, issuer, minus, percent
from app.payments.receipt_wording import Line, Wording
from app.payments.subjects import Subject

BECAUSE = {
    "declined": "The mentor could not teach it.",
    "expired": "The mentor did not answer in time.",
    "late": "The payment came too late for the seat.",
    "unpaid": "The seat was let go.",
    "canceled": "It was canceled before the start.",
    "cut_short": "A part of the session was lost.",
    "mentor_absent": "The mentor did not come.",
    "learner_absent": "The learner did not come.",
    "both_absent": "The two did not meet.",
    "technical": "Somebody could not get into the room.",
    "dispute": "It was settled so in a dispute.",
}
"""Reasons of refunds in a sentence; one we have no sentence for is left out rather than guessed."""
SEAT = "One seat in the session"


def subject(payment: Payment, reader: User) -> Subject:
    """What a payment of purpose "booking" is for: the session, its mentor, and what was agreed."""
    booking = db.session.get(Booking, int(payment.reference))
    if booking is None:
        return Subject(SEAT, because=BECAUSE)
    mentor, terms = booking.lesson.mentor, TERMS[booking.cancel_policy]
    held = f"The money is held until you have met. If {mentor.name} does not come, all of it comes back by itself."
    return Subject(
        bought=SEAT,
        mentor=mentor,
        facts=(*session_facts(booking, reader), Line("Mentor", mentor.name)),
        notes=(f"Canceling ({terms.name}): {terms.sentence}", held),
        because=BECAUSE,
    )


def session_facts(booking: Booking, reader: User) -> list[Line]:
    """Which session, when on the reader's clock, and the booking's number."""
    lesson = booking.lesson
    minutes = int((lesson.ends_at - lesson.starts_at).total_seconds() // 60)
    return [
        Line("Session", lesson.title),
        Line("When", f"{clock(lesson.starts_at, reader.timezone)}, {minutes} min"),
        Line("Booking", f"No. {booking.id}"),
    ]


def statement(booking: Booking) -> Wording:
    """For the mentor: the price, what went back to the learner, the fee, and what is theirs."""
    mentor = booking.lesson.mentor
    fee, back = fee_of(booking), booking.price - booking.kept
    sums = [Line("Price of the seat", exact(booking.price))]
    if not back.is_zero:
        sums.append(Line("Back to the learner", minus(back)))
    sums.append(Line(f"Platform fee ({percent(booking.fee_bps)} of what is kept)", minus(fee)))
    released = booking.released_at or now()
    return Wording(
        title="Statement of earnings",
        issuer=issuer(),
        to=mentor.name,
        issued=clock(now(), mentor.timezone),
        facts=(
            *session_facts(booking, mentor),
            Line("Learner", booking.learner.name),
            Line("Yours since", clock(released, mentor.timezone)),
        ),
        sums=tuple(sums),
        total=Line("For you", exact(earned(booking))),
        notes=("It is part of what you may withdraw on the page Withdrawals.",),
    )


def earned(booking: Booking) -> Money:
    """What becomes the mentor's: what is kept, less the fee."""
    return booking.kept - fee_of(booking)
