"""A booking moved: its calendar entry's sequence rises at once, whether or not anybody reads it now."""

from app.bookings.calendar_entries import freshen
from app.bookings.events import BookingCanceled, BookingConfirmed, BookingDeclined, BookingExpired, BookingMoved
from app.kernel.events import Reactions

Told = BookingCanceled | BookingConfirmed | BookingDeclined | BookingExpired | BookingMoved
TOLD = (BookingCanceled, BookingConfirmed, BookingDeclined, BookingExpired, BookingMoved)


def raise_sequence(event: Told) -> None:
    """What is told of it has changed."""
    freshen(event.booking_id)


REACTIONS: Reactions = {fact: [raise_sequence] for fact in TOLD}
