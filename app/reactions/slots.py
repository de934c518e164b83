"""Sessions that were made for one booking go with it, and the mentor's time is offered again."""

from app.bookings import unclaimed
from app.bookings.events import BookingCanceled, BookingDeclined, BookingExpired, BookingReleased
from app.kernel.events import Reactions


def free_the_time(event: BookingCanceled | BookingDeclined | BookingExpired | BookingReleased) -> None:
    """Nobody paid, nobody answered, the mentor said no, or somebody canceled: a talk or a slot without a claim is nobody's."""
    unclaimed.withdraw_unclaimed(event.lesson_id)


REACTIONS: Reactions = {
    BookingCanceled: [free_the_time],
    BookingDeclined: [free_the_time],
    BookingExpired: [free_the_time],
    BookingReleased: [free_the_time],
}
