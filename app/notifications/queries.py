"""Reading notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.notifications.models import Notice

FRESH = timedelta(minutes=1)
"""A notice made while a page was loading still pops up on it."""


def latest(user: User, limit: int = 30) -> Sequence[Notice]:
    """What somebody was told, latest first."""
    return db.session.scalars(select(Notice).where(Notice.user_id == user.id).order_by(Notice.id.desc()).limit(limit)).all()


def after(user: User, notice_id: int, limit: int = 5) -> Sequence[Notice]:
    """What came after a notice, oldest first, so that it can pop up."""
    query = select(Notice).where(Notice.user_id == user.id, Notice.id > notice_id, Notice.created_at > now() - 10 * FRESH)
    return db.session.scalars(query.order_by(Notice.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Bell:
    """What the bell of a fresh page knows: how many notices are unread, and which one it starts from."""

    unread: int
    last_seen_id: int


_BELL = select(
    func.count().filter(Notice.read_at.is_(None)),
    func.max(Notice.id).filter((Notice.created_at <= bindparam("fresh_after")) | Notice.read_at.is_not(None)),
).where(Notice.user_id == bindparam("user_id"))


def bell_of(user: User) -> Bell:
    """Unread notices younger than a minute still pop up on the page, so it starts from the one before them."""
    values = {"user_id": user.id, "fresh_after": now() - FRESH}
    unread, last_seen_id = db.session.execute(_BELL, values).one()
    return Bell(unread, last_seen_id or 0)
