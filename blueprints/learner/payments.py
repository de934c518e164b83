"""Payments: every session that was paid for, and where the money is."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from app.bookings import queries as bookings
from app.bookings.dispute_queries import open_until
from app.bookings.explaining import explain, explain_dispute
from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.bookings.states import BookingState
from app.gifts import queries as gifts
from app.gifts.models import GIVEN, Gift
from app.payments.models import PaymentState
from app.web.documents import Document, receipts_about
from app.web.filters import when
from app.web.gift_lines import gift_url_of
from app.web.guards import me
from blueprints.learner.blueprint import learner

OVER = (BookingState.DECLINED, BookingState.EXPIRED, BookingState.MISSED, BookingState.RELEASED, BookingState.CANCELED)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A line of the table; `tone` names the colour of the status, `note` says where the money is."""

    id: int
    title: str
    mentor: str
    amount: str
    method: str
    date: str
    status: str
    tone: str
    note: str
    url: str
    dispute_url: str
    gift_text: str
    gift_url: str | None
    documents: tuple[Document, ...]


@learner.get("/payments")
def payments() -> str:
    """The page."""
    return render_template("learner/payments.html", rows=_rows())


@learner.get("/payments/table")
def payments_table() -> str:
    """The table alone."""
    return render_template("learner/_payments.html", rows=_rows())


def _rows() -> list[PaymentRow]:
    found = bookings.paid_by(me())
    ids = [booking.id for booking in found]
    given, documents = gifts.given_for(me(), ids), receipts_about(me(), ids)
    return [_row(booking, given.get(booking.id, ()), documents.get(booking.id, ())) for booking in found]


def _row(booking: Booking, given: Sequence[Gift], documents: tuple[Document, ...]) -> PaymentRow:
    status, tone, note = standing(booking)
    return PaymentRow(
        id=booking.id,
        title=booking.lesson.title,
        mentor=booking.lesson.mentor.name,
        amount=str(booking.price),
        method=booking.payment.method_label if booking.payment else "",
        date=when(booking.requested_at) if booking.requested_at else "",
        status=status,
        tone=tone,
        note=note,
        url=url_for("booking.page", booking_id=booking.id),
        dispute_url=url_for("booking.dispute", booking_id=booking.id) if booking.dispute or open_until(me(), booking) else "",
        gift_text=_gift_text(given),
        gift_url=gift_url_of(booking, me()),
        documents=documents,
    )


def _gift_text(given: Sequence[Gift]) -> str:
    kept = [gift.amount for gift in given if gift.state in GIVEN]
    return f"and {sum(kept[1:], kept[0])} as a gift" if kept else ""


def standing(booking: Booking) -> tuple[str, str, str]:
    """Status, tone and the sentence about the money of one booking."""
    state = booking.payment.state if booking.payment else PaymentState.CANCELED
    if state is PaymentState.REFUNDED:
        return "Refunded", "released", "All of it went back"
    if state is PaymentState.CANCELED:
        return "Nothing taken", "canceled", "Your bank has let it go"
    if booking.is_disputed:
        return "In dispute", "held", "Nothing is released until it is settled"
    if booking.dispute is not None:
        text = explain_dispute(booking.dispute, to_mentor=False, other=booking.lesson.mentor.name.split()[0])
        return "Settled", "completed", text
    if booking.settlement is not None and not booking.kept.is_zero:
        return _settled(booking, booking.settlement)
    if booking.state in OVER:
        return "Refund on its way", "held", "All of it goes back"
    if state is PaymentState.PROCESSING:
        return "On its way", "requested", "Your bank is sending it"
    if state is PaymentState.REQUIRES_ACTION:
        return "To approve", "held", "Waiting for your approval"
    if state in (PaymentState.STARTED, PaymentState.CHECKING):
        return "Being checked", "held", "We are asking your bank"
    name = booking.lesson.mentor.name.split()[0]
    if booking.state is BookingState.REQUESTED:
        return "Held", "held", f"Until {name} answers"
    if booking.state is BookingState.COMPLETED:
        return "Paid", "completed", f"For your session with {name}"
    return "Held", "held", "Until you have met"


def _settled(booking: Booking, settled: Settlement) -> tuple[str, str, str]:
    """Some of it, or all of it, is the mentor's: the sum and its reason."""
    why = explain(settled, to_mentor=False, other=booking.lesson.mentor.name.split()[0])
    if booking.state is BookingState.CANCELED and settled.refund.is_zero:
        return "Not refunded", "canceled", why
    return ("Partly refunded", "released", why) if settled.refund_minor else ("Paid", "completed", why)
