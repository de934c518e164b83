"""Accept and Reject: one tap each, and the list of requests comes back."""

from flask import url_for
from flask.typing import ResponseReturnValue

from app.bookings import rejecting, service
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.web.fragments import is_htmx, with_toast
from app.web.guards import me, see_other
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.home import requests


@mentor.post("/requests/<int:booking_id>/acceptance")
def accept(booking_id: int) -> ResponseReturnValue:
    """Yes."""
    booking = service.accept_booking(me(), booking_id)
    name = booking.learner.name
    confirmed = booking.state is BookingState.CONFIRMED
    return _answered(booking, f"Accepted. {name} knows." if confirmed else f"Accepted. {name}’s payment has not come yet.")


@mentor.post("/requests/<int:booking_id>/rejection")
def reject(booking_id: int) -> ResponseReturnValue:
    """No; the money goes back, unless it is undone in ten seconds."""
    rejecting.reject_booking(me(), booking_id)
    return requests() if is_htmx() else see_other(url_for("mentor.home"))


@mentor.post("/requests/<int:booking_id>/undo")
def undo_reject(booking_id: int) -> ResponseReturnValue:
    """That was a mistake."""
    booking = rejecting.undo_reject(me(), booking_id)
    return _answered(booking, f"Undone. {booking.learner.name} waits for your answer again.")


def _answered(booking: Booking, text: str) -> ResponseReturnValue:
    if not is_htmx():
        return see_other(url_for("mentor.home"))
    return with_toast(requests(), text)
