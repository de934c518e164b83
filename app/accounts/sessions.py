"""Sign-ins: opened with a password, known by a token, closed for good.

The rows live in the database, so that signing out, a new password or an admin's decision counts on the next request everywhere.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts import passwords, queries
from app.accounts.events import SignInsClosed
from app.accounts.models import SignIn, User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.transaction import transaction

IDLE, ABSOLUTE = timedelta(days=14), timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)


def authenticate(email: str, password: str) -> User:
    """The person whose address and password these are.

    Raises Invalid with one and the same sentence for an unknown address, a wrong password and a closed account.
    """
    user = queries.by_email(email.strip().lower())
    fits = passwords.verify_password(user.password_hash if user else None, password)
    if user is None or not fits or user.disabled_at is not None:
        with transaction():
            record(user.id if user else None, AuditTag.SIGN_IN_FAILED)
        raise Invalid("That email and password do not fit together.")
    if passwords.needs_rehash(user.password_hash):
        password_hash = passwords.hash_password(password)
        with transaction():
            user.password_hash = password_hash
    return user


def open_sign_in(user: User, *, address: str, browser: str) -> str:
    """Remember a browser; returns the token for its cookie, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    with transaction():
        sign_in = SignIn(
            token_hash=_hash(token),
            user_id=user.id,
            created_at=now(),
            last_seen_at=now(),
            address=address[:64],
            browser=browser[:200],
        )
        db.session.add(sign_in)
        record(user.id, AuditTag.SIGNED_IN, user)
    return token


def find_sign_in(token: str) -> SignIn | None:
    """The living sign-in of a token, with its person; None when closed, too old or disabled."""
    return _living(_BY_TOKEN, _hash(token))


def living_sign_in(sign_in_id: int) -> SignIn | None:
    """The same by id, for a socket that was let in before."""
    return _living(_BY_ID, sign_in_id)


_WITH_PERSON = select(SignIn).options(joinedload(SignIn.user, innerjoin=True))
_BY_TOKEN = _WITH_PERSON.where(SignIn.token_hash == bindparam("key"))
_BY_ID = _WITH_PERSON.where(SignIn.id == bindparam("key"))


def _living(query: Select[SignIn], key: str | int) -> SignIn | None:
    sign_in = db.session.scalar(query, {"key": key})
    if sign_in is None or sign_in.closed_at is not None or sign_in.user.disabled_at is not None:
        return None
    if sign_in.last_seen_at + IDLE < now() or sign_in.created_at + ABSOLUTE < now():
        return None
    return sign_in


def touch(sign_in: SignIn) -> None:
    """Note that it is in use, at most every five minutes."""
    if sign_in.last_seen_at + SEEN_EVERY < now():
        with transaction():
            sign_in.last_seen_at = now()


def close_sign_in(token: str) -> None:
    """Sign out one browser."""
    with transaction() as tx:
        sign_in = find_sign_in(token)
        if sign_in is not None:
            sign_in.closed_at = now()
            record(sign_in.user_id, AuditTag.SIGNED_OUT)
            tx.publish(SignInsClosed(sign_in.user_id, (sign_in.id,)))


def close_all_sign_ins(user: User) -> None:
    """Sign out every browser of a person."""
    with transaction() as tx:
        open_ones = db.session.scalars(select(SignIn).where(SignIn.user_id == user.id, SignIn.closed_at.is_(None))).all()
        for sign_in in open_ones:
            sign_in.closed_at = now()
        tx.publish(SignInsClosed(user.id, tuple(sign_in.id for sign_in in open_ones)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
