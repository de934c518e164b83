"""A confirmed booking has a room."""

from app.bookings.events import BookingConfirmed
from app.kernel.events import Reactions
from app.live import service as live


def open_room(event: BookingConfirmed) -> None:
    """Make the room now, so that its address is known before anybody taps Join."""
    live.room_for(event.lesson_id)


REACTIONS: Reactions = {BookingConfirmed: [open_room]}
