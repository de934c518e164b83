"""Money moves bookings, and the end of a room settles them."""

from app.bookings import instant, settlement
from app.bookings import service as bookings
from app.bookings.events import BookingRequested
from app.kernel.events import Reactions
from app.live.events import RoomEnded
from app.payments.events import PaymentCaptured, PaymentFailed, PaymentSecured


def move_booking_on(event: PaymentSecured | PaymentCaptured | PaymentFailed) -> None:
    """The booking a payment is for looks at its payment again, whatever became of it."""
    if event.purpose == "booking":
        bookings.follow_money(int(event.reference))


def accept_at_once(event: BookingRequested) -> None:
    """An instant session needs no answer of its mentor's."""
    instant.accept_at_once(event.booking_id)


def settle_bookings(event: RoomEnded) -> None:
    """The session is over for everybody: say what it means for each booking."""
    settlement.settle_lesson(event.lesson_id)


REACTIONS: Reactions = {
    PaymentSecured: [move_booking_on],
    PaymentCaptured: [move_booking_on],
    PaymentFailed: [move_booking_on],
    BookingRequested: [accept_at_once],
    RoomEnded: [settle_bookings],
}
