"""A confirmed booking has a room; a session to which somebody did not come has none any more, and one goes on without those who
are not expected."""

from app.bookings import queries as bookings
from app.bookings.events import BookingCanceled, BookingConfirmed, BookingMissed, SeatFreed
from app.bookings.states import BookingState
from app.kernel.events import Reactions
from app.live import queries as rooms
from app.live import service as live
from app.realtime.rooms import put_out


def open_room(event: BookingConfirmed) -> None:
    """Make the room now, so that its address is known before anybody taps Join."""
    live.room_for(event.lesson_id)


def close_empty_room(event: BookingMissed) -> None:
    """When the last learner's booking is decided, nobody has to wait in the room any longer; until then one is out alone."""
    room = rooms.of_lesson(event.lesson_id)
    going_on = any(booking.state is BookingState.CONFIRMED for booking in bookings.meetings_of(event.lesson_id))
    if room is not None and not going_on:
        live.close(room.id)
    elif room is not None:
        show_out(event)


def show_out(event: BookingCanceled | BookingMissed | SeatFreed) -> None:
    """Whoever had come early and has no chair any more is out; the room stays, because the seat may be booked again.

    Their connection ends even where their presence ran out before: it would hear the room as long as it stands. Their page comes
    back by itself, and is told at the door why not.
    """
    room = rooms.of_lesson(event.lesson_id)
    if room is None:
        return
    live.show_out(room.id)
    if event.learner_id not in rooms.people_expected(room):
        put_out(room.public_id, event.learner_id)


REACTIONS: Reactions = {
    BookingConfirmed: [open_room],
    BookingMissed: [close_empty_room],
    BookingCanceled: [show_out],
    SeatFreed: [show_out],
}
