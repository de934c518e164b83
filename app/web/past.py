"""Sessions that are over, for the one of the two who looks: what came of them, and whether they can still be rated."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.queries import MEETING
from app.bookings.states import BookingState
from app.community import queries as community
from app.community.service import WINDOW
from app.kernel.clock import now
from app.web.cards import BookingCard, booking_cards
from app.web.facts import facts_about


@dataclass(frozen=True, slots=True)
class PastCard:
    """A booking that is over; taught_text is empty when it did not happen, rate_url when it cannot be rated (any more).

    `again_url` is a mentor's way to offer the same once more, `look_url` the session's page: receipt, notes, chat and whiteboard.
    """

    booking: BookingCard
    taught_text: str
    rate_url: str | None
    was_rated: bool
    again_url: str | None
    look_url: str | None


def past_cards(found: Sequence[Booking], viewer: User) -> list[PastCard]:
    """Cards of many past bookings with a fixed number of queries."""
    rated = community.rated_by(viewer.id, [booking.id for booking in found])
    facts = facts_about(found=found)
    cards = booking_cards(found, viewer, facts)
    pairs = zip(found, cards, strict=True)
    return [_past(booking, card, viewer, booking.id in rated, facts.room(booking.lesson_id)) for booking, card in pairs]


def _past(booking: Booking, card: BookingCard, viewer: User, was_rated: bool, room: str | None) -> PastCard:
    taught = booking.state is BookingState.COMPLETED
    in_time = booking.closed_at is not None and booking.closed_at + WINDOW >= now()
    may_rate = taught and in_time and not was_rated and room is not None
    return PastCard(
        booking=card,
        taught_text=f"{max(1, booking.taught_seconds // 60)} min together" if taught else "",
        rate_url=url_for("live.feedback", room_id=room) if may_rate else None,
        was_rated=was_rated,
        again_url=url_for("mentor.new_lesson", like=booking.lesson_id) if viewer.id == booking.lesson.mentor_id else None,
        look_url=url_for("live.after", room_id=room) if room is not None and booking.state in MEETING else None,
    )
