"""When money that goes back shows up where it came from: the banks' own time, not ours."""

from datetime import date, timedelta

from app.payments.models import Payment, Refund
from app.payments.providers.base import Kind

WORKING_DAYS = {Kind.CARD: 10, Kind.UPI: 5, Kind.BANK: 5}
"""At the slowest, by what was paid with: card networks say five to ten working days, bank and UPI rails up to five."""
SATURDAY = 5


def kind_of(payment: Payment) -> Kind | None:
    """What a payment was paid with; None while no try was accepted."""
    accepted = next((attempt for attempt in payment.attempts if attempt.outcome == "accepted"), None)
    return Kind(accepted.kind) if accepted is not None else None


def shows_by(payment: Payment, refund: Refund) -> date:
    """The last day on which a refund should show, counted from when it left or is due to leave."""
    day, left = (refund.done_at or refund.due_at).date(), WORKING_DAYS.get(kind_of(payment) or Kind.CARD, 10)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
