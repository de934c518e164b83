"""A booking that is paid by a transfer of one's own: what is to be sent, and until when its seat waits for it."""

from app.bookings import policies
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.payments.manual.instructions import Instructions, instructions_for
from app.web.filters import viewer_zone, when_inside, zone_name


def transfer_of(booking: Booking) -> Instructions | None:
    """What the learner is to send; None when nothing is awaited (any more)."""
    return instructions_for(booking.payment) if booking.state is BookingState.REQUESTED else None


def waits_until(booking: Booking, transfer: Instructions | None) -> str:
    """Until when the seat waits for the money: as long as we wait for a transfer, and never longer than the start allows."""
    if transfer is None:
        return ""
    asked_at = booking.accepted_at or booking.requested_at or booking.created_at
    until = min(transfer.waits_until, policies.money_due_by(asked_at, booking.lesson.starts_at))
    return f"{when_inside(until)} {zone_name(until, viewer_zone())}"
