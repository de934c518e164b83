"""How somebody pays: a saved method, or details typed just now."""

import hashlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.transaction import transaction
from app.payments.models import SECURED, Payment, PaymentAttempt, SavedMethod
from app.payments.providers.base import Capability, Instrument, InstrumentRefused, Kind, Result
from app.payments.providers.registry import provider, provider_named

log = logging.getLogger(__name__)

AT_ONCE = timedelta(hours=1)
TOO_SLOW = "This way to pay takes longer than there is time. Choose another one."


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


def offered_kinds(time_left: timedelta | None = None) -> list[Capability]:
    """What can be paid with in this instance's currency; with little time left, only what is quick enough."""
    everything = provider().capabilities(settings().currency)
    return [one for one in everything if time_left is None or one.settles_within <= time_left]


def can_pay_at_once() -> bool:
    """Whether anything that is offered arrives while people wait: a gift is thanked for at once, a ring lasts ninety seconds."""
    return bool(offered_kinds(AT_ONCE))


def instrument_for(user: User, choice: Choice, time_left: timedelta | None = None) -> Instrument:
    """Turn a choice into something a provider takes, and that arrives in the time left.

    Raises Invalid with the field to mend, NotFound for somebody else's saved method.
    """
    quick_enough = {capability.kind for capability in offered_kinds(time_left)}
    if choice.saved_id is not None:
        method = db.session.get(SavedMethod, choice.saved_id)
        if method is None or method.user_id != user.id or method.provider != provider().name:
            raise NotFound("We could not find that payment method.")
        if method.kind not in quick_enough:
            raise Invalid(fields={"method": TOO_SLOW})
        return Instrument(Kind(method.kind), method.token, method.label)
    if choice.kind not in {capability.kind for capability in offered_kinds()}:
        raise Invalid(fields={"kind": "Choose how to pay."})
    if choice.kind not in quick_enough:
        raise Invalid(fields={"method": TOO_SLOW})
    try:
        return provider().instrument(Kind(choice.kind), dict(choice.details))
    except InstrumentRefused as refusal:
        raise Invalid(fields={refusal.field: str(refusal)}) from refusal


def keep_if_wanted(payment_id: int, attempt_id: int, result: Result) -> None:
    """Save what a payment was paid with, if its payer asked for it and the provider has said yes; twice does no harm.

    A provider that cannot keep it now costs the payer some typing next time and nothing else.
    """
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    payment = db.session.get_one(Payment, payment_id)
    if not attempt.keep or payment.state not in SECURED or attempt.outcome != "accepted":
        return
    payer = db.session.get_one(User, payment.payer_id)
    paid_with = result.saved
    if paid_with is None and attempt.instrument:
        paid_with = Instrument(Kind(attempt.kind), attempt.instrument, payment.method_label)
    if paid_with is None:
        return
    try:
        keep_method(payer, paid_with)
    except Exception:
        db.session.rollback()
        log.exception("provider %s could not keep a payment method", payment.provider)


def keep_method(user: User, instrument: Instrument) -> SavedMethod:
    """Save a way to pay, at the provider and here; the same one twice is one row."""
    db.session.commit()
    instrument = provider().save_instrument(str(user.id), instrument)
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
    """Remove a saved method, here and at the provider; NotFound unless it is theirs."""
    with transaction():
        method = db.session.get(SavedMethod, method_id)
        if method is None or method.user_id != user.id:
            raise NotFound("We could not find that payment method.")
        name, instrument = method.provider, Instrument(Kind(method.kind), method.token, method.label)
        db.session.delete(method)
    try:
        provider_named(name).detach_instrument(instrument)
    except Exception:  # for us it is gone; what the provider still has is of no use without our row
        log.exception("provider %s did not forget a payment method", name)


def _lookup(instrument: Instrument) -> str:
    """A keyed hash to find the same details again without being able to read them."""
    key = hashlib.sha256(b"saved-method:" + settings().secret_key.encode()).digest()
    return hmac.new(key, f"{instrument.kind}:{instrument.token}".encode(), hashlib.sha256).hexdigest()
