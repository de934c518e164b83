"""Reading notices."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.notifications.models import Notice

FRESH = timedelta(minutes=1)
"""A notice made while a page was loading still pops up on it."""


def latest(user: User, limit: int = 30) -> Sequence[Notice]:
    """What somebody was told, latest first."""
    return db.session.scalars(select(Notice).where(Notice.user_id == user.id).order_by(Notice.id.desc()).limit(limit)).all()


def unread_count(user: User) -> int:
    """How many they have not read."""
    return db.session.scalar(select(func.count()).where(Notice.user_id == user.id, Notice.read_at.is_(None))) or 0


def after(user: User, notice_id: int, limit: int = 5) -> Sequence[Notice]:
    """What came after a notice, oldest first, so that it can pop up."""
    query = select(Notice).where(Notice.user_id == user.id, Notice.id > notice_id, Notice.created_at > now() - 10 * FRESH)
    return db.session.scalars(query.order_by(Notice.id).limit(limit)).all()


def last_seen_id(user: User) -> int:
    """The notice a fresh page starts from: unread ones younger than a minute still pop up on it."""
    fresh = (Notice.created_at > now() - FRESH) & Notice.read_at.is_(None)
    return db.session.scalar(select(func.max(Notice.id)).where(Notice.user_id == user.id, ~fresh)) or 0
