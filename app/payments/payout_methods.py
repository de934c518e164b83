"""Where a mentor's money may go. A new place needs the password, its owner hears of it, and all but the first wait a day."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.passwords import verify_password
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.transaction import transaction
from app.payments.events import PayoutMethodAdded
from app.payments.payout_models import PayoutMethod
from app.payments.providers.base import Instrument, InstrumentRefused, Kind
from app.payments.providers.registry import provider

HOLD = timedelta(hours=24)
"""How long a method that is not the first one waits before money may go there."""


def payout_methods(mentor: User) -> Sequence[PayoutMethod]:
    """What somebody kept, the newest last."""
    theirs = (PayoutMethod.mentor_id == mentor.id, PayoutMethod.provider == provider().name, PayoutMethod.removed_at.is_(None))
    return db.session.scalars(select(PayoutMethod).where(*theirs).order_by(PayoutMethod.created_at, PayoutMethod.id)).all()


def is_first_method(mentor: User) -> bool:
    """Whether they never had a method: a removed one counts, or removing it would be a way around the day of waiting."""
    return db.session.scalar(select(PayoutMethod.id).where(PayoutMethod.mentor_id == mentor.id).limit(1)) is None


def add_payout_method(mentor: User, kind: str, details: Mapping[str, str], password: str) -> PayoutMethod:
    """Keep a place money can go to; the same one again is no change.

    Raises Invalid with the field to mend ("method", "password" or one of the details).
    """
    instrument = instrument_of(kind, details)
    confirm_password(mentor, password)
    with transaction():
        return keep_payout_method(mentor, instrument)


def instrument_of(kind: str, details: Mapping[str, str]) -> Instrument:
    """Turn typed details into something the provider can pay to; Invalid with the field to mend."""
    if kind not in {offered.kind for offered in provider().payout_kinds(settings().currency)}:
        raise Invalid(fields={"method": "Choose where the money goes."})
    try:
        return provider().payout_instrument(Kind(kind), dict(details))
    except InstrumentRefused as refusal:
        raise Invalid(fields={refusal.field: str(refusal)}) from refusal


def confirm_password(mentor: User, password: str) -> None:
    """Invalid unless it is theirs. Hashing takes time: never inside a transaction."""
    if not password:
        raise Invalid(fields={"password": "Type your password, so that we know it is you."})
    if not verify_password(mentor.password_hash, password):
        raise Invalid(fields={"password": "This is not your password."})


def keep_payout_method(mentor: User, instrument: Instrument, provider_name: str = "") -> PayoutMethod:
    """Write it down; joins the caller's transaction. Only for details and a password that were checked."""
    lookup = lookup_of(instrument)
    with transaction() as tx:
        lock_money_of(mentor)
        usable_from = now() if is_first_method(mentor) else now() + HOLD
        query = select(PayoutMethod).where(PayoutMethod.mentor_id == mentor.id, PayoutMethod.lookup == lookup)
        method = db.session.scalar(query)
        if method is not None and method.removed_at is None:
            return method
        if method is None:
            method = PayoutMethod(
                mentor_id=mentor.id,
                provider=provider_name or provider().name,
                kind=instrument.kind.value,
                token=instrument.token,
                lookup=lookup,
            )
            db.session.add(method)
        method.label, method.created_at, method.usable_from = instrument.label, now(), usable_from
        method.removed_at = method.stopped_at = None
        db.session.flush()
        record(mentor.id, AuditTag.PAYOUT_METHOD_ADDED, method)
        tx.publish(PayoutMethodAdded(method.id, mentor.id))
    return method


def own_method(mentor: User, method_id: int) -> PayoutMethod:
    """One of theirs; NotFound otherwise."""
    method = db.session.get(PayoutMethod, method_id, populate_existing=True) if 0 < method_id < 2**31 else None
    if method is None or method.mentor_id != mentor.id or method.removed_at is not None or method.provider != provider().name:
        raise NotFound("We could not find that payout method.")
    return method


def is_payout_place_of(mentor: User, instrument: Instrument) -> bool:
    """Whether paying with an instrument would be paying from where this mentor's own money goes, now or in the past."""
    theirs = select(PayoutMethod.id).where(PayoutMethod.mentor_id == mentor.id, PayoutMethod.lookup == lookup_of(instrument))
    return db.session.scalar(theirs.limit(1)) is not None


def remove_payout_method(mentor: User, method_id: int) -> None:
    """Forget a method; withdrawals that are under way still go there. NotFound unless it is theirs."""
    with transaction():
        method = own_method(mentor, method_id)
        method.removed_at = now()
        record(mentor.id, AuditTag.PAYOUT_METHOD_REMOVED, method)


def lock_money_of(mentor: User) -> None:
    """One use case at a time may take from a mentor's money; the floor is checked behind this lock (SQLite has one writer)."""
    db.session.get_one(User, mentor.id, populate_existing=True, with_for_update={"of": User, "key_share": True})


def lookup_of(instrument: Instrument) -> str:
    """A keyed hash to find the same details again without being able to read them."""
    key = hashlib.sha256(b"payout-method:" + settings().secret_key.encode()).digest()
    return hmac.new(key, f"{instrument.kind}:{instrument.token}".encode(), hashlib.sha256).hexdigest()
