"""Blocking: the two neither book nor find each other any more. What they have agreed on already stays, and is canceled as ever."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.block_models import Block
from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed, NotFound
from app.kernel.transaction import transaction


def block(person: User, other_id: int) -> None:
    """Block somebody; twice is once. They are not told. Raises NotFound, Invalid for oneself."""
    if other_id == person.id:
        raise Invalid("You cannot block yourself.")
    with transaction():
        other = db.session.get(User, other_id)
        if other is None:
            raise NotFound("We could not find this person.")
        db.session.get(User, person.id, populate_existing=True, with_for_update={"of": User})  # two taps at once are one row
        if _row(person.id, other_id) is None:
            db.session.add(Block(blocker_id=person.id, blocked_id=other_id, created_at=now()))
            record(person.id, AuditTag.PERSON_BLOCKED, other)


def unblock(person: User, other_id: int) -> None:
    """Take it back; nothing happens when there is nothing to take back."""
    with transaction():
        row = _row(person.id, other_id)
        if row is not None:
            db.session.delete(row)
            record(person.id, AuditTag.PERSON_UNBLOCKED, row.blocked)


def blocked_by(person: User) -> Sequence[User]:
    """Whom somebody has blocked, the latest first."""
    rows = db.session.scalars(select(Block).where(Block.blocker_id == person.id).order_by(Block.id.desc())).all()
    return [row.blocked for row in rows]


def refuse_between(learner_id: int, mentor_id: int) -> None:
    """Raises NotAllowed when one of the two has blocked the other, in words for the learner."""
    if _row(learner_id, mentor_id) is not None:
        raise NotAllowed("You have blocked this mentor. You can undo it in your settings.", code="blocked")
    if _row(mentor_id, learner_id) is not None:
        raise NotAllowed("This mentor is not taking bookings from you.", code="blocked")


def are_apart(learner_id: int, mentor_id: int) -> bool:
    """Has one of the two blocked the other?"""
    return _row(learner_id, mentor_id) is not None or _row(mentor_id, learner_id) is not None


def strangers_to(viewer_id: int, other: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Rows whose person (`other`) and the viewer have not blocked each other, as a condition for queries."""
    theirs = (Block.blocker_id == other) & (Block.blocked_id == viewer_id)
    return ~exists().where(theirs | ((Block.blocker_id == viewer_id) & (Block.blocked_id == other)))


def _row(blocker_id: int, blocked_id: int) -> Block | None:
    return db.session.scalar(select(Block).where(Block.blocker_id == blocker_id, Block.blocked_id == blocked_id))
