"""A seat that is held and not paid: what its learner is waiting for, or has to do."""

from typing import Any

from flask import url_for

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.kernel.clock import now
from app.payments.models import PaymentState
from app.web.transfers import transfer_of, waits_until


def paying_of(booking: Booking, viewer: User) -> dict[str, Any]:
    """For the learner: `paying` ("approve", "checking", "unpaid" or "transfer") and what that part of the page shows."""
    payment = booking.payment
    transfer = transfer_of(booking) if viewer.id == booking.learner_id else None
    if transfer is not None:
        return {"paying": "transfer", "transfer": transfer, "waits_until": waits_until(booking, transfer)}
    if booking.state is not BookingState.HELD or payment is None or viewer.id != booking.learner_id:
        return {"paying": ""}
    shown = {"pay_url": url_for("learner.book", lesson_id=booking.lesson_id), "held_until": booking.held_until}
    if payment.state is PaymentState.REQUIRES_ACTION:
        return {"paying": "approve", "action_url": payment.attempts[-1].action_url or "", **shown}
    if payment.state is PaymentState.CHECKING or any(attempt.outcome == "asked" for attempt in payment.attempts):
        return {"paying": "checking", **shown}
    return {"paying": "unpaid" if booking.held_until > now() else "", **shown}
