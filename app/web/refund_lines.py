"""Money on its way back, a line for each refund of a payment, with the day by which it shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from app.config import settings
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.arrivals import kind_of, shows_by
from app.payments.manual.models import HandTransfer
from app.payments.manual.redirecting import came_back
from app.payments.models import Payment, Refund, RefundState
from app.payments.providers.base import Kind
from app.web.filters import when

Returned = Mapping[str, HandTransfer]
PLACES = {Kind.CARD: "on your card", Kind.UPI: "on your UPI account", Kind.BANK: "in your bank account"}

STATUSES = {
    RefundState.WANTED: ("On its way", "held"),
    RefundState.DONE: ("Sent back", "released"),
    RefundState.FAILED: ("Not sent", "canceled"),
}


@dataclass(frozen=True, slots=True)
class RefundLine:
    """A refund under its payment; `tone` names the colour of the status, `url` leads to what its owner is asked for."""

    id: int
    amount: str
    date: str
    status: str
    tone: str
    note: str
    url: str = ""


def returned_of(payments: Iterable[Payment | None]) -> Returned:
    """Refunds that came back from the bank and wait for another account, by their keys; only people's transfers do so."""
    if not settings().is_by_hand:
        return {}
    refunds = [refund for payment in payments if payment is not None for refund in payment.refunds]
    return came_back([refund.key for refund in refunds if refund.state is RefundState.WANTED])


def refund_lines(payment: Payment | None, returned: Returned) -> tuple[RefundLine, ...]:
    """All refunds of money that was really taken, the first one first; a hold that is let go sends nothing back."""
    if payment is None or payment.captured_at is None:
        return ()
    return tuple(_line(payment, refund, returned.get(refund.key)) for refund in payment.refunds)


def back_by(payment: Payment, refund: Refund) -> str:
    """`Back on your card by 30 Nov`, or that it must be there by now."""
    place, day = PLACES.get(kind_of(payment) or Kind.CARD, "on your account"), shows_by(payment, refund)
    if day < now().date():
        return f"Back {place}"
    year = "" if day.year == now().year else f" {day.year}"
    return f"Back {place} by {day.day} {day:%b}{year}"


def _line(payment: Payment, refund: Refund, returned: HandTransfer | None) -> RefundLine:
    amount = str(Money(refund.amount_minor, payment.currency))
    if returned is not None:
        url = url_for("learner.refund", number=returned.id)
        return RefundLine(refund.id, amount, when(refund.due_at), "Came back", "missed", "The bank did not take it", url)
    if refund.state is RefundState.FAILED:
        return RefundLine(refund.id, amount, when(refund.wanted_at), "Not sent", "canceled", "Your bank has given it back already")
    if refund.state is RefundState.DONE:
        return RefundLine(
            refund.id, amount, when(refund.done_at or refund.due_at), "Sent back", "released", back_by(payment, refund)
        )
    return RefundLine(refund.id, amount, when(refund.due_at), "On its way", "held", back_by(payment, refund))
