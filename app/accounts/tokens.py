"""Links in mails: signed, for one purpose, for a limited time, good once."""

import hashlib
import hmac

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts.models import User
from app.config import settings
from app.extensions import db

VERIFY, RESET = "verify-email.1", "reset-password.1"
LIFETIME = {VERIFY: 7 * 24 * 3600, RESET: 3600}
"""Seconds a link stays good."""


def link_token(purpose: str, user: User) -> str:
    """A token that dies with its time, or when what it was made for has changed."""
    return _serializer(purpose).dumps([user.id, _fingerprint(purpose, user)])


def user_of_token(purpose: str, token: str) -> User | None:
    """Whose token this is; None when it is forged, too old, used, or meant for something else."""
    try:
        user_id, fingerprint = _serializer(purpose).loads(token, max_age=LIFETIME[purpose])
        user = db.session.get(User, int(user_id))
    except (BadSignature, TypeError, ValueError):
        return None
    if user is None or not hmac.compare_digest(str(fingerprint), _fingerprint(purpose, user)):
        return None
    return user


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=purpose)


def _fingerprint(purpose: str, user: User) -> str:
    """Changes when the link has done its work: a reset link with the password, both with the address."""
    state = user.password_hash if purpose == RESET else ""
    return hashlib.sha256(f"{purpose}:{user.email}:{state}".encode()).hexdigest()[:24]
