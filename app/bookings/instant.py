"""Sessions whose mentor accepts at once: the yes follows the money by itself, on the same path as a tap on Accept."""

import logging
from collections.abc import Sequence

from sqlalchemy import select

from app.bookings import queries, service
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.errors import Conflict
from app.lessons.models import Lesson

log = logging.getLogger(__name__)


def accept_at_once(booking_id: int) -> None:
    """Accept a paid request of an instant session; does nothing for any other booking, and no harm when done twice."""
    booking = queries.by_id(booking_id)
    if booking.lesson.is_instant and booking.state is BookingState.REQUESTED and booking.accepted_at is None:
        try:
            service.accept_booking(booking.lesson.mentor, booking_id)
        except Conflict:  # canceled or rejected in the same moment: that counts
            log.info("booking %s was not accepted at once: it had moved on", booking_id)


def waiting_for_acceptance() -> Sequence[int]:
    """Ids of requests that should have been accepted by themselves (a crash came between the money and the yes)."""
    unanswered = (Booking.state == BookingState.REQUESTED) & Booking.accepted_at.is_(None)
    return db.session.scalars(select(Booking.id).join(Booking.lesson).where(unanswered, Lesson.is_instant.is_(True))).all()
