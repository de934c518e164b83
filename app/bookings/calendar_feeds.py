"""Private calendar addresses: made on demand, made anew when one got about, found by a hash."""

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings.calendar_models import CalendarFeed
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction


def address_token(person: User) -> str | None:
    """The secret part of somebody's address; None while they have none."""
    feed = db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == person.id))
    return feed.token if feed else None


def new_address(person: User) -> str:
    """Make an address, or a new one in place of the old, which is dead from then on; returns its secret part."""
    token = secrets.token_urlsafe(32)
    try:
        _keep(person, token)
    except IntegrityError:  # two first taps at the same moment: the later one counts
        _keep(person, token)
    return token


def owner_of(token: str) -> User | None:
    """Whose address this is; None for one that never was, is dead, or belongs to a closed account."""
    query = select(User).join(CalendarFeed, CalendarFeed.user_id == User.id)
    return db.session.scalar(query.where(CalendarFeed.token_hash == _hash(token), User.disabled_at.is_(None)))


def _keep(person: User, token: str) -> None:
    with transaction():
        feed = db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == person.id).with_for_update())
        if feed is None:
            feed = CalendarFeed(user_id=person.id, token_hash=_hash(token), token=token, created_at=now())
            db.session.add(feed)
        feed.token_hash, feed.token, feed.created_at = _hash(token), token, now()
        db.session.flush()
        record(person.id, AuditTag.CALENDAR_ADDRESS_MADE, feed)


def _hash(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
