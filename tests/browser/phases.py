"""Where a room's clocks stand, from the database: for stories that must begin at a known moment of them."""

from datetime import datetime

from sqlalchemy import select

from app.bookings.attendance_models import PresenceInterval
from app.extensions import db
from tests.browser.meeting import until


def just_heard(user_id: int, lesson_id: int) -> None:
    """Return at the next beat of somebody's browser; one comes every five seconds."""
    last = _last_heard(user_id, lesson_id)
    assert until(lambda: _last_heard(user_id, lesson_id) > last, 15), "a beat comes every five seconds"


def _last_heard(user_id: int, lesson_id: int) -> datetime:
    db.session.rollback()
    query = select(PresenceInterval.last_seen_at).where(
        PresenceInterval.lesson_id == lesson_id, PresenceInterval.user_id == user_id, PresenceInterval.left_at.is_(None)
    )
    return db.session.scalars(query).one()
