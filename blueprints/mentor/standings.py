"""Where a mentor's money stands, in words: held, disputed, available, withdrawn or gone back, and what happens next."""

from dataclasses import dataclass
from datetime import datetime

from app.bookings.explaining import explain, explain_dispute
from app.bookings.models import Booking
from app.bookings.policies import RELEASE_AFTER, money_due_by
from app.bookings.states import BookingState
from app.gifts.queries import Tip
from app.web.filters import when_inside


@dataclass(frozen=True, slots=True)
class Standing:
    """A status, its tone (the colour's name), and the sentence beside it."""

    status: str
    tone: str
    note: str


def standing_of(booking: Booking, withdrawn_at: datetime | None) -> Standing:
    """What a booking brings; `withdrawn_at` is when a withdrawal was asked for that took it out."""
    other, settled = booking.learner.name.split()[0], booking.settlement
    why = explain(settled, to_mentor=True, other=other) if settled else ""
    is_part = settled is not None and (settled.refund_minor > 0 or booking.state is BookingState.CANCELED)
    if booking.is_disputed:
        return Standing("In dispute", "held", f"Nothing is released until it is settled{_dispute_date(booking)}")
    if booking.state in (BookingState.MISSED, BookingState.CANCELED) and booking.kept.is_zero:
        return Standing("Refunded", booking.state.value, why or "You were not both there.")
    if booking.released_at is not None:
        return _released(booking.released_at, withdrawn_at)
    if booking.dispute is not None and booking.kept.is_zero:
        return Standing("Refunded", "missed", explain_dispute(booking.dispute, to_mentor=True, other=other))
    if booking.release_at is not None:
        return Standing("Held", "held", f"Yours {when_inside(booking.release_at)}" + (f". {why}" if is_part else ""))
    if booking.state is BookingState.CONFIRMED:
        return Standing("Held", "held", f"Yours {when_inside(booking.lesson.ends_at + RELEASE_AFTER)}")
    due = money_due_by(booking.accepted_at or booking.created_at, booking.lesson.starts_at)
    return Standing("On its way", "requested", f"{other}’s payment is arriving; it has until {when_inside(due)}")


def standing_of_tip(tip: Tip, withdrawn_at: datetime | None) -> Standing:
    """The same of a gift."""
    if tip.released_at is not None:
        return _released(tip.released_at, withdrawn_at)
    if tip.available_at is not None:
        return Standing("Held", "held", f"Yours {when_inside(tip.available_at)}")
    return Standing("Arriving", "requested", "It can be taken back for a minute")


def _released(since: datetime, withdrawn_at: datetime | None) -> Standing:
    if withdrawn_at is not None:
        return Standing("Withdrawn", "completed", f"You asked for it {when_inside(withdrawn_at)}")
    return Standing("Available", "released", f"Since {when_inside(since)}")


def _dispute_date(booking: Booking) -> str:
    """Who has to act next, and by when."""
    dispute = booking.dispute
    if dispute is None:
        return ""
    if dispute.decide_by is not None:
        return f": we decide by {when_inside(dispute.decide_by)}"
    return f": answer by {when_inside(dispute.answer_by)}"
