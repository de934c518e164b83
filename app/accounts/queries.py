"""Reading people."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.errors import NotFound


def by_email(email: str) -> User | None:
    """The account of a normalised address."""
    return db.session.scalar(select(User).where(User.email == email))


def person(user_id: int) -> User:
    """An account by id; NotFound when there is none or it is closed."""
    user = db.session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise NotFound
    return user


def mentor(user_id: int) -> User:
    """Somebody who teaches; NotFound otherwise."""
    user = person(user_id)
    if not user.is_mentor:
        raise NotFound("We could not find this mentor.")
    return user


def admins() -> Sequence[User]:
    """Everybody who runs the place."""
    return db.session.scalars(select(User).where(User.is_admin, User.disabled_at.is_(None)).order_by(User.id)).all()
