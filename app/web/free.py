"""Words and lines of what costs nothing: no money waits, comes or goes back."""

from app.bookings.meeting_again import may_meet_again
from app.bookings.models import Booking
from app.bookings.states import WORDS, BookingState

STATUS = {
    BookingState.DECLINED: "Declined",
    BookingState.EXPIRED: "No answer",
    BookingState.MISSED: "Did not happen",
}


def free_status(booking: Booking) -> str:
    """Where a free booking stands."""
    if booking.is_disputed:
        return "In dispute"
    if may_meet_again(booking):
        return "Choose another time"
    return STATUS.get(booking.state, WORDS[booking.state])


def free_line(booking: Booking) -> list[tuple[str, str]]:
    """Its drawn line: requested → accepted → taught, or where it ended, as (label, state)."""
    over = {BookingState.DECLINED: "Declined", BookingState.EXPIRED: "No answer", BookingState.MISSED: "Missed"}
    ends = {**over, BookingState.CANCELED: "Canceled"}
    if booking.state in ends:
        return [("Requested", "done"), (ends[booking.state], "done")]
    reached = [booking.requested_at is not None, booking.accepted_at is not None, booking.state is BookingState.COMPLETED]
    first_open = reached.index(False) if False in reached else len(reached)
    states = ["done" if index < first_open else "now" if index == first_open else "next" for index in range(len(reached))]
    return list(zip(("Requested", "Accepted", "Taught"), states, strict=True))
