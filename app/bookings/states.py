"""The states of a booking and the moves between them: one table, obeyed by everybody.

         pay            accept + money           both were there
  held ◀──────▶ requested ───────────▶ confirmed ───────────────▶ completed
   │ 10 min        │ reject / expire      └── not both ─▶ missed (refunded)
   ▼               ▼
released        declined / expired (refunded)

Either side may cancel what is requested or confirmed: canceled (refunded by the policy it was booked under).

A Reject can be undone for ten seconds, so declined may go back to requested.
After a technical failure the two may agree on another time for a day: missed may go back to confirmed.
Back from requested to held goes a booking whose money was on its way and failed: the learner may pay again.
"""

from enum import StrEnum

from app.kernel.errors import Conflict


class BookingState(StrEnum):
    """Where a booking stands."""

    HELD = "held"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    RELEASED = "released"
    DECLINED = "declined"
    EXPIRED = "expired"
    MISSED = "missed"
    CANCELED = "canceled"


LIVE = (BookingState.HELD, BookingState.REQUESTED, BookingState.CONFIRMED)
"""States that claim a seat and the learner's time."""

MOVES: dict[BookingState, tuple[BookingState, ...]] = {
    BookingState.HELD: (BookingState.REQUESTED, BookingState.RELEASED),
    BookingState.REQUESTED: (
        BookingState.CONFIRMED,
        BookingState.DECLINED,
        BookingState.EXPIRED,
        BookingState.HELD,
        BookingState.CANCELED,
    ),
    BookingState.CONFIRMED: (BookingState.COMPLETED, BookingState.MISSED, BookingState.CANCELED),
    BookingState.DECLINED: (BookingState.REQUESTED,),
    BookingState.MISSED: (BookingState.CONFIRMED,),
}

WORDS: dict[BookingState, str] = {
    BookingState.HELD: "Waiting for payment",
    BookingState.REQUESTED: "Waiting for the mentor",
    BookingState.CONFIRMED: "Confirmed",
    BookingState.COMPLETED: "Completed",
    BookingState.RELEASED: "Not paid",
    BookingState.DECLINED: "Declined, refunded",
    BookingState.EXPIRED: "No answer, refunded",
    BookingState.MISSED: "Did not happen, refunded",
    BookingState.CANCELED: "Canceled, refunded",
}
"""What people read."""


def require_move(now_in: BookingState, to: BookingState) -> None:
    """Raises Conflict unless the table allows the move."""
    if to not in MOVES.get(now_in, ()):
        raise Conflict(f"This booking is “{WORDS[now_in].lower()}” now. Please look again.", code="moved_on")
