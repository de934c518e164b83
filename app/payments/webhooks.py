"""What providers tell us by themselves. A message is only a reason to look: the object is read again from the provider.

Duplicates, any order, lateness and silence all end in the same state, because the same `answers.apply` that hears the provider's
direct answers decides, and the event's id is written in the same transaction. The sweeps ask about whatever was never told.
"""

import logging
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.transaction import transaction
from app.payments import answers, chargebacks, payout_accounts, payouts, refunds
from app.payments.methods import keep_if_wanted
from app.payments.models import PaymentAttempt, Refund
from app.payments.payout_models import Payout
from app.payments.provider_models import ProviderEvent, StrayCharge
from app.payments.providers.base import About, Event, Subject
from app.payments.providers.registry import PROVIDER_NAMES, provider_named

log = logging.getLogger(__name__)


def receive(name: str, raw_body: bytes, headers: Mapping[str, str]) -> bool:
    """Act on one message of a provider; True when it changed something or was written down, False when it was known or strange.

    Raises NotFound for a provider we do not have, WebhookRefused for a message that is not theirs. Whatever else goes wrong goes
    up: the provider then sends it again.
    """
    if name not in PROVIDER_NAMES:
        raise NotFound("We do not know this payment provider.")
    provider = provider_named(name)
    event = provider.parse_webhook(raw_body, headers)
    if _is_known(name, event):
        return False
    db.session.commit()  # nothing of ours may stay locked while we wait for somebody else
    subject = provider.read_event(event)
    if subject is None:
        log.info("%s event %s (%s) does not concern us", name, event.id, event.type)
        return False
    try:
        attempt = _act(name, event, subject)
    except IntegrityError:  # the same message twice at the same moment: one of them was quicker
        if _is_known(name, event):
            return False
        raise
    if attempt is not None:
        keep_if_wanted(attempt.payment_id, attempt.id, subject.result)
    return True


def _act(name: str, event: Event, subject: Subject) -> PaymentAttempt | None:
    with transaction():
        known = ProviderEvent(id=event.id, provider=name, type=event.type[:80], object_id=event.object_id[:100], received_at=now())
        db.session.add(known)
        db.session.flush()
        return _ACT[subject.about](name, subject)


def _payment(name: str, subject: Subject) -> PaymentAttempt | None:
    attempt = _attempt_of(name, subject.key)
    if attempt is not None:
        answers.apply(attempt.payment_id, attempt.id, subject.result)
    return attempt


def _dispute(name: str, subject: Subject) -> None:
    attempt = _attempt_of(name, subject.key)
    if attempt is not None:
        chargebacks.hear(attempt, subject.result)


def _dispute_won(name: str, subject: Subject) -> None:
    attempt = _attempt_of(name, subject.key)
    if attempt is not None:
        chargebacks.hear_won(attempt, subject.result)


def _refund(name: str, subject: Subject) -> None:
    """A refund's own answer; those of stray charges are found by their sweep."""
    refund_id = db.session.scalar(select(Refund.id).where(Refund.key == subject.key))
    if refund_id is not None:
        refunds.record_answer(refund_id, subject.result)
    elif db.session.scalar(select(StrayCharge.id).where(StrayCharge.key == subject.key)) is None:
        _log_stranger(name, subject)


def _payout(name: str, subject: Subject) -> None:
    payout_id = db.session.scalar(select(Payout.id).where(Payout.key == subject.key, Payout.provider == name))
    if payout_id is None:
        _log_stranger(name, subject)
        return
    payouts.record_answer(payout_id, subject.result)


def _account(name: str, subject: Subject) -> None:
    if subject.account is not None and not payout_accounts.hear(name, subject.account):
        _log_stranger(name, subject)


def _attempt_of(name: str, key: str) -> PaymentAttempt | None:
    attempt = chargebacks.attempt_of(name, key)
    if attempt is None:
        log.error("provider %s speaks of a payment we never asked for", name)
    return attempt


def _log_stranger(name: str, subject: Subject) -> None:
    log.error("provider %s speaks of a %s we never asked for", name, subject.about)


def _is_known(name: str, event: Event) -> bool:
    query = select(ProviderEvent.id).where(ProviderEvent.id == event.id, ProviderEvent.provider == name)
    return db.session.scalar(query) is not None


_ACT = {
    About.PAYMENT: _payment,
    About.REFUND: _refund,
    About.PAYOUT: _payout,
    About.DISPUTE: _dispute,
    About.DISPUTE_WON: _dispute_won,
    About.ACCOUNT: _account,
}
