"""What receipts, credit notes and statements say: every text fixed at the moment of writing, on the clock of whom it is for."""

from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.bookings.cancellation_terms import TERMS
from app.bookings.models import Booking
from app.bookings.settlement import fee_of
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.models import Payment, Refund
from app.payments.receipt_models import Receipt
from app.payments.receipt_wording import Line, Wording
from app.payments.receipts import wording_of

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
}
"""Reasons of refunds in a sentence; one we have no sentence for is left out rather than guessed."""
NAMES = {"gift": "Gift to a mentor"}
"""What a payment for something else than a booking is called."""


def of_payment(payment: Payment) -> Booking | None:
    """The booking a payment is for; None when it is for something else."""
    return db.session.get(Booking, int(payment.reference)) if payment.purpose == "booking" else None


def receipt(payment: Payment, booking: Booking | None) -> Wording:
    """For the payer: what was bought, when it takes place, how it was paid, and what was agreed."""
    payer = db.session.get_one(User, payment.payer_id)
    paid_at = payment.captured_at or now()
    facts, notes = [], []
    if booking is not None:
        facts = [*_session(booking, payer), Line("Mentor", booking.lesson.mentor.name)]
        notes = [f"Canceling ({TERMS[booking.cancel_policy].name}): {TERMS[booking.cancel_policy].sentence}", _held(booking)]
    facts += [Line("Paid", clock(paid_at, payer.timezone)), Line("Paid with", payment.method_label or "–")]
    return Wording(
        title="Receipt",
        issuer=_issuer(),
        to=payer.name,
        issued=clock(now(), payer.timezone),
        facts=tuple(facts),
        sums=(Line(_bought(payment, booking), exact(payment.amount)),),
        total=Line("Paid in all", exact(payment.amount)),
        notes=tuple(notes),
    )


def credit(payment: Payment, refund: Refund, of: Receipt) -> Wording:
    """For the payer: what went back, why, and which receipt it takes it from. Its words are the receipt's own, not today's."""
    payer, original = db.session.get_one(User, payment.payer_id), wording_of(of)
    back = refunded(payment, refund)
    kept = [line for line in original.facts if line.label not in ("Paid", "Paid with")]
    because = BECAUSE.get(refund.reason)
    facts = [
        Line("Takes from", f"Receipt {of.number}"),
        *([Line("Because", because)] if because else []),
        *kept,
        Line("Sent back", clock(refund.done_at or now(), payer.timezone)),
        Line("To", payment.method_label or "–"),
    ]
    return Wording(
        title="Credit note",
        issuer=_issuer(),
        to=original.to,
        issued=clock(now(), payer.timezone),
        facts=tuple(facts),
        sums=(Line(f"Paid with receipt {of.number}", exact(payment.amount)),),
        total=Line("Goes back to you", exact(back)),
        notes=("Your bank may need some days until you see it.",),
    )


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
        issuer=_issuer(),
        to=mentor.name,
        issued=clock(now(), mentor.timezone),
        facts=(
            *_session(booking, mentor),
            Line("Learner", booking.learner.name),
            Line("Yours since", clock(released, mentor.timezone)),
        ),
        sums=tuple(sums),
        total=Line("For you", exact(earned(booking))),
        notes=("It is part of what you may withdraw on the page Earnings.",),
    )


def earned(booking: Booking) -> Money:
    """What becomes the mentor's: what is kept, less the fee."""
    return booking.kept - fee_of(booking)


def refunded(payment: Payment, refund: Refund) -> Money:
    """What goes back by one refund."""
    return Money(refund.amount_minor, payment.currency)


def exact(money: Money) -> str:
    """With all its decimals and its currency, as an account book has it: `1,240.00 USD`."""
    return f"{Decimal(money.plain()):,} {money.currency}"


def minus(money: Money) -> str:
    """What is taken off."""
    return exact(money) if money.is_zero else f"−{exact(money)}"


def percent(basis_points: int) -> str:
    """`2.5 %`."""
    return f"{basis_points / 100:g} %"


def clock(moment: datetime, zone: str) -> str:
    """`Tue 24 Nov 2026, 18:30 (Asia/Kolkata)`: the zone is always named."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} ({zone.replace('_', ' ')})"


def _session(booking: Booking, reader: User) -> list[Line]:
    lesson = booking.lesson
    minutes = int((lesson.ends_at - lesson.starts_at).total_seconds() // 60)
    return [
        Line("Session", lesson.title),
        Line("When", f"{clock(lesson.starts_at, reader.timezone)}, {minutes} min"),
        Line("Booking", f"No. {booking.id}"),
    ]


def _bought(payment: Payment, booking: Booking | None) -> str:
    return "One seat in the session" if booking is not None else NAMES.get(payment.purpose, payment.purpose.capitalize())


def _held(booking: Booking) -> str:
    return f"The money is held until you have met. If {booking.lesson.mentor.name} does not come, all of it comes back by itself."


def _issuer() -> str:
    return f"PeerLearn, {urlsplit(settings().base_url).netloc}"
