"""Somebody was gone for long and comes back: the mentor may say yes at once, and after five seconds it goes without (R9)."""

from datetime import timedelta

from app.accounts.models import User
from app.bookings import attendance
from app.kernel.errors import NotAllowed
from app.live.messages import Knocking
from app.live.queries import people_expected
from app.live.removal import let_back
from app.live.service import open_room

MENTOR_MAY_ANSWER = timedelta(seconds=5)
"""A learner who has paid must not depend on a mentor who looks at the whiteboard just now (R9)."""


def knock(user: User, public_id: str) -> tuple[timedelta, int, Knocking]:
    """How long to wait for a yes, whom to ask, and what to ask them; no time at all when nobody is there to answer, or it is they.

    Raises NotFound for a stranger, TooEarly, SessionOver, PutOut for whoever was asked to leave: they ask by removal.ask_back.
    """
    visit = open_room(user, public_id)
    mentor_id = visit.room.lesson.mentor_id
    asks = visit.seat.role != "mentor" and mentor_id in attendance.present(visit.room.lesson_id)
    return MENTOR_MAY_ANSWER if asks else timedelta(), mentor_id, Knocking(user.id, user.name)


def admit(mentor: User, public_id: str, person_id: int) -> None:
    """The mentor's yes; also for whoever was asked to leave. Raises NotAllowed for a learner, NotFound for a stranger; somebody
    without a chair is not let in by it.
    """
    visit = open_room(mentor, public_id)
    if visit.seat.role != "mentor" or person_id not in people_expected(visit.room):
        raise NotAllowed("Only the mentor lets people in who belong here.")
    let_back(mentor, public_id, person_id)
