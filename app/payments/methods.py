"""How somebody pays: a saved method, or details typed just now."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.transaction import transaction
from app.payments.models import SavedMethod
from app.payments.providers.base import Instrument, InstrumentRefused, Kind
from app.payments.providers.registry import provider


@dataclass(frozen=True, slots=True)
class Choice:
    """What a payer picked: a saved method by id, or a kind with typed details, perhaps to keep for next time."""

    saved_id: int | None = None
    kind: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    keep: bool = False


def saved_methods(user: User) -> Sequence[SavedMethod]:
    """What somebody kept, last used first."""
    query = select(SavedMethod).where(SavedMethod.user_id == user.id, SavedMethod.provider == provider().name)
    return db.session.scalars(query.order_by(SavedMethod.used_at.desc(), SavedMethod.id.desc())).all()


def instrument_for(user: User, choice: Choice) -> Instrument:
    """Turn a choice into something a provider takes.

    Raises Invalid with the field to mend, NotFound for somebody else's saved method.
    """
    if choice.saved_id is not None:
        method = db.session.get(SavedMethod, choice.saved_id)
        if method is None or method.user_id != user.id or method.provider != provider().name:
            raise NotFound("We could not find that payment method.")
        return Instrument(Kind(method.kind), method.token, method.label)
    offered = {capability.kind for capability in provider().capabilities(settings().currency)}
    if choice.kind not in offered:
        raise Invalid(fields={"kind": "Choose how to pay."})
    try:
        return provider().instrument(Kind(choice.kind), dict(choice.details))
    except InstrumentRefused as refusal:
        raise Invalid(fields={refusal.field: str(refusal)}) from refusal


def keep_method(user: User, instrument: Instrument) -> SavedMethod:
    """Save a way to pay; the same one twice is one row."""
    lookup = _lookup(instrument)
    with transaction():
        query = select(SavedMethod).where(SavedMethod.user_id == user.id, SavedMethod.lookup == lookup)
        method = db.session.scalar(query)
        if method is None:
            method = SavedMethod(
                user_id=user.id,
                provider=provider().name,
                kind=instrument.kind.value,
                label=instrument.label,
                token=instrument.token,
                lookup=lookup,
                created_at=now(),
                used_at=now(),
            )
            db.session.add(method)
            db.session.flush()
            record(user.id, AuditTag.METHOD_SAVED, method)
        method.used_at = now()
    return method


def forget_method(user: User, method_id: int) -> None:
    """Remove a saved method; NotFound unless it is theirs."""
    with transaction():
        method = db.session.get(SavedMethod, method_id)
        if method is None or method.user_id != user.id:
            raise NotFound("We could not find that payment method.")
        db.session.delete(method)


def _lookup(instrument: Instrument) -> str:
    """A keyed hash to find the same details again without being able to read them."""
    key = hashlib.sha256(b"saved-method:" + settings().secret_key.encode()).digest()
    return hmac.new(key, f"{instrument.kind}:{instrument.token}".encode(), hashlib.sha256).hexdigest()
