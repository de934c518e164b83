"""Whether a session's page still asks for feedback by itself: not once it is given, or skipped in this browser."""

from flask import session

from app.accounts.models import User
from app.community import queries as reviews
from app.community import service as community
from app.live import pack
from app.live.queries import Visit

KEY = "feedback_skipped"
MOST = 20


def remember(room_id: str) -> None:
    """Not now, thank you."""
    session[KEY] = [*(known for known in session.get(KEY, []) if known != room_id), room_id][-MOST:]


def was_skipped(room_id: str) -> bool:
    """Has somebody said so here, a while ago at most?"""
    return room_id in session.get(KEY, [])


def is_feedback_done(visit: Visit, viewer: User) -> bool:
    """Given, to everybody there was, or skipped."""
    if was_skipped(visit.room.public_id):
        return True
    if community.next_to_review(viewer, visit.room.lesson_id) is not None:
        return False
    return bool(reviews.rated_by(viewer.id, [booking.id for booking in pack.bookings_of(visit, viewer)]))
