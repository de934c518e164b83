"""The mentor's lock on the whiteboard.

While it is locked no deed of a learner's is taken, whenever they did it: what they drew under the pen as the lock came, or without
a line before they knew of it, is refused and waits in their browser, on their screen and over a reload, until the mentor unlocks.
So nothing comes onto the board against the mentor's will, and nothing is lost. What stands in the log already stays.
"""

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.live.board import BoardLocked, hold
from app.live.events import BoardLockTurned
from app.live.models import Room, Whiteboard
from app.live.service import require_mentor


def lock(mentor: User, public_id: str, *, on: bool) -> None:
    """From now on only the mentor draws, or everybody does again; pressing twice changes nothing.

    Raises NotAllowed for a learner, and what open_room raises.
    """
    with transaction() as tx:
        room = require_mentor(mentor, public_id, "Only the mentor can lock the whiteboard.")
        board = hold(room)
        if (board.locked_at is not None) != on:
            board.locked_at = now() if on else None
            tx.publish(BoardLockTurned(room.id))


def is_locked(room: Room) -> bool:
    """Does only the mentor draw now?"""
    query = select(Whiteboard.id).where(Whiteboard.room_id == room.id, Whiteboard.locked_at.is_not(None))
    return db.session.scalar(query) is not None


def require_free(user_id: int, public_id: str) -> None:
    """Let pass only who may draw here now; BoardLocked otherwise. One query, for lines on their way are told ten times a second."""
    query = (
        select(Whiteboard.id)
        .join(Room, Room.id == Whiteboard.room_id)
        .join(Lesson, Lesson.id == Room.lesson_id)
        .where(Room.public_id == public_id, Whiteboard.locked_at.is_not(None), Lesson.mentor_id != user_id)
    )
    if db.session.scalar(query) is not None:
        raise BoardLocked
