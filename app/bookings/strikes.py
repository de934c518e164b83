"""What counts against a mentor: not coming, being away, and canceling late. One row each in `settlements`, one question."""

from datetime import datetime

from sqlalchemy import exists, func, select

from app.accounts.models import User
from app.bookings.dispute_models import Dispute
from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.extensions import db


def strikes_of(mentor: User, since: datetime | None = None) -> int:
    """How many of a mentor's sessions count against them, ever or since a moment; one each, however many learners it had.

    What an appeal has lifted does not count.
    """
    lifted = exists().where(Dispute.booking_id == Settlement.booking_id, Dispute.is_strike_lifted)
    query = (
        select(func.count(func.distinct(Booking.lesson_id)))
        .select_from(Settlement)
        .join(Booking, Booking.id == Settlement.booking_id)
        .where(Settlement.mentor_id == mentor.id, Settlement.is_strike.is_(True), ~lifted)
    )
    if since is not None:
        query = query.where(Settlement.decided_at >= since)
    return int(db.session.scalar(query) or 0)
