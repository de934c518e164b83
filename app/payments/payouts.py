"""Withdrawals. The entries are written at once, so that no amount can be withdrawn twice; the provider is asked by a sweep.

Write order, as ever: commit the row with its key; call the provider outside any transaction; record the answer. Silence is not
a no: the sweep asks what became of the key, and sends again with the same key, until the printed time is over.
"""

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
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.ids import new_public_id
from app.kernel.money import Money, parse_money, why_no_amount
from app.kernel.paging import WHOLE, Stretch
from app.kernel.transaction import Transaction, transaction
from app.payments import ledger, receipts_wanted
from app.payments.events import PayoutLate, PayoutPaid, PayoutReturned, PayoutWanted
from app.payments.payout_methods import confirm_password, instrument_of, keep_payout_method, lock_money_of, own_method
from app.payments.payout_models import UNDER_WAY, Payout, PayoutMethod, PayoutState
from app.payments.providers.base import CallsOffPayouts, Instrument, Kind, PaymentProvider, Result, Status
from app.payments.providers.registry import provider, provider_named
from app.payments.receipt_models import ReceiptKind

log = logging.getLogger(__name__)

PROCESSED_WITHIN = timedelta(hours=24)
"""What is promised (R17); also how long a provider remembers a key, so nothing is sent again after that."""
LAST_CALL = timedelta(minutes=10)
"""How long after the promised time a call could still be on the wire."""

REASONS = {
    "returned_by_bank": "The bank returned it.",
    "not_reached": "The bank could not be reached.",
    "account_refused": "Your account cannot take money now.",
}
OTHER_REASON = "The bank did not take it."


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a mentor asks for: an amount as typed, to a saved method or to one typed just now (with the password).

    The same ticket twice is one withdrawal: a second tap on Confirm takes nothing more.
    """

    amount: str
    method_id: int | None = None
    kind: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    password: str = ""
    ticket: str = ""


def withdraw(mentor: User, wanted: Withdrawal) -> Payout:
    """Take an amount out of what is available and put it on its way.

    Raises Invalid with the field to mend ("amount", "method", "password" or a detail), NotFound for somebody else's method,
    NotAllowed for a closed account.
    """
    amount, instrument = _checked(mentor, wanted)
    with transaction() as tx:
        lock_money_of(mentor)
        if mentor.disabled_at is not None:
            raise NotAllowed("This account is closed. What you have earned stays yours: write to us.")
        key = f"{mentor.id}-{wanted.ticket or new_public_id()}"[:60]
        twice = db.session.scalar(select(Payout).where(Payout.key == key))
        if twice is not None:
            return twice
        method = keep_payout_method(mentor, instrument) if instrument else own_method(mentor, wanted.method_id or 0)
        _refuse_stopped(method)
        _refuse_early(method)
        _refuse_too_much(mentor, amount)
        return _write(tx, mentor, method, amount, key)


def read_amount(text: str, currency: str) -> Money:
    """Major units as typed; Invalid with a sentence for "amount" when they cannot be withdrawn."""
    typed = text.strip()
    try:
        amount = parse_money(typed, currency)
    except ValueError:
        raise Invalid(fields={"amount": why_no_amount(typed, currency) or "Say how much you want to withdraw."}) from None
    if amount.is_zero:
        raise Invalid(fields={"amount": "Write an amount above zero."})
    return amount


def payouts_of(mentor: User, limit: int = 100, stretch: Stretch = WHOLE) -> Sequence[Payout]:
    """Somebody's withdrawals, the newest first."""
    query = select(Payout).where(Payout.mentor_id == mentor.id, stretch.holds(Payout.wanted_at, Payout.id))
    return db.session.scalars(query.order_by(Payout.wanted_at.desc(), Payout.id.desc()).limit(limit)).all()


def withdrawn_by(mentor: User, currency: str) -> tuple[Money, Money]:
    """What is on its way to their bank, and all that has ever arrived; the ledger decides."""
    on_its_way, left = ledger.balance_and_moved_by("payout_paid", ledger.in_payout_of(mentor.id), currency)
    return on_its_way, Money(-left.amount_minor, currency)


def reason_of(payout: Payout) -> str:
    """Why it came back, in a sentence; empty when it did not."""
    return REASONS.get(payout.reason, OTHER_REASON) if payout.state is PayoutState.RETURNED else ""


def under_way() -> list[int]:
    """Ids of withdrawals without a final answer, the oldest first."""
    return list(db.session.scalars(select(Payout.id).where(Payout.state.in_(UNDER_WAY)).order_by(Payout.id)))


def tell_late(payout_id: int) -> None:
    """Say once that a withdrawal has not arrived by the time that was promised."""
    with transaction() as tx:
        payout = db.session.get(Payout, payout_id, populate_existing=True, with_for_update={"of": Payout})
        if payout is None or payout.state not in UNDER_WAY or payout.due_at > now() or payout.late_told_at is not None:
            return
        payout.late_told_at = now()
        tx.publish(PayoutLate(payout.id, payout.mentor_id))


def late() -> list[int]:
    """Ids of withdrawals that are later than promised and of which nobody was told."""
    query = select(Payout.id).where(Payout.state.in_(UNDER_WAY), Payout.due_at <= now(), Payout.late_told_at.is_(None))
    return list(db.session.scalars(query))


def carry_out(payout_id: int) -> None:
    """Ask the provider for one withdrawal, or what became of it. Harmless at any time: a job and a sweep may both call it."""
    with transaction():
        payout = db.session.get(Payout, payout_id, populate_existing=True, with_for_update={"of": Payout})
        if payout is None or payout.state not in UNDER_WAY:
            return
        is_new = payout.state is PayoutState.WANTED
        payout.state, payout.sent_at = PayoutState.SENT, payout.sent_at or now()
    result = _ask(payout, is_new=is_new)
    record_answer(payout_id, result)


def _ask(payout: Payout, *, is_new: bool) -> Result:
    """Call the provider; whatever goes wrong on the way is UNKNOWN, never a no."""
    name, key, amount, due_at = payout.provider, payout.key, payout.amount, payout.due_at
    instrument = Instrument(Kind(payout.kind), payout.token, payout.label)
    db.session.commit()  # nothing of ours may stay locked while we wait for somebody else
    try:
        known = None if is_new else provider_named(name).find_payout(key)
        if known is not None:
            return known
        if now() < due_at:
            return provider_named(name).create_payout(amount, instrument, key=key)
        if now() >= due_at + LAST_CALL:
            return _call_off(provider_named(name), key)
    except Exception:
        log.exception("provider %s did not answer about a payout", name)
        return Result(Status.UNKNOWN)
    return Result(Status.UNKNOWN)


def _call_off(door: PaymentProvider, key: str) -> Result:
    """Its time is over and nobody knows of it: what lies half way comes home first."""
    return door.call_off_payout(key) if isinstance(door, CallsOffPayouts) else Result(Status.FAILED, decline_code="not_reached")


def record_answer(payout_id: int, result: Result) -> None:
    """What an answer changes; any order, any number of times, same end. One that is not final changes nothing."""
    if result.status not in _APPLY:
        return
    with transaction() as tx:
        payout = db.session.get_one(Payout, payout_id, populate_existing=True, with_for_update={"of": Payout})
        if payout.state in UNDER_WAY:
            payout.provider_payout_id = result.provider_id or payout.provider_payout_id
            payout.done_at = now()
            _APPLY[result.status](tx, payout, result)


def _paid(tx: Transaction, payout: Payout, _result: Result) -> None:
    payout.state = PayoutState.PAID
    _move(payout, "payout_paid", ledger.in_payout_of(payout.mentor_id), ledger.provider_account(payout.provider))
    receipts_wanted.want(ReceiptKind.WITHDRAWAL, payout.id)
    record(None, AuditTag.PAYOUT_PAID, payout, amount_minor=payout.amount_minor)
    tx.publish(PayoutPaid(payout.id, payout.mentor_id))


def _returned(tx: Transaction, payout: Payout, result: Result) -> None:
    payout.state, payout.reason = PayoutState.RETURNED, result.decline_code
    _move(payout, "payout_returned", ledger.in_payout_of(payout.mentor_id), ledger.available_to(payout.mentor_id))
    record(None, AuditTag.PAYOUT_RETURNED, payout, amount_minor=payout.amount_minor, reason=result.decline_code)
    tx.publish(PayoutReturned(payout.id, payout.mentor_id))


_APPLY = {Status.SUCCEEDED: _paid, Status.FAILED: _returned, Status.CANCELED: _returned}
"""Final answers; after any other one we ask again."""


def _checked(mentor: User, wanted: Withdrawal) -> tuple[Money, Instrument | None]:
    """All that can be said without looking at rows that others change: every fault at once, the password last."""
    if not mentor.is_verified:
        raise Invalid("Verify your address first: open the link in the mail we sent you when you signed up.")
    faults: dict[str, str] = {}
    amount, instrument = Money(0, settings().currency), None
    try:
        amount = read_amount(wanted.amount, settings().currency)
    except Invalid as fault:
        faults.update(fault.fields)
    if wanted.method_id is None:
        try:
            instrument = instrument_of(wanted.kind, wanted.details)
        except Invalid as fault:
            faults.update(fault.fields)
    if faults:
        raise Invalid(fields=faults)
    if instrument is not None:
        confirm_password(mentor, wanted.password)
    return amount, instrument


def _refuse_stopped(method: PayoutMethod) -> None:
    if method.stopped_at is not None:
        raise Invalid(fields={"method": "No money can be sent there now. Nothing is lost: see Withdrawals for what is missing."})


def _refuse_early(method: PayoutMethod) -> None:
    if method.usable_from > now():
        raise Invalid(fields={"method": "This payout method is new. For your safety it can be used a day after it was added."})


def _refuse_too_much(mentor: User, amount: Money) -> None:
    available = ledger.balance(ledger.available_to(mentor.id), amount.currency)
    if amount > available:
        text = f"You can withdraw up to {available}." if available.amount_minor > 0 else "There is nothing to withdraw now."
        raise Invalid(fields={"amount": text})


def _write(tx: Transaction, mentor: User, method: PayoutMethod, amount: Money, key: str) -> Payout:
    moment = now()
    payout = Payout(
        mentor_id=mentor.id,
        kind=method.kind,
        label=method.label,
        token=method.token,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        provider=provider().name,
        key=key,
        wanted_at=moment,
        due_at=moment + PROCESSED_WITHIN,
    )
    db.session.add(payout)
    db.session.flush()
    _move(payout, "payout", ledger.available_to(mentor.id), ledger.in_payout_of(mentor.id))
    record(mentor.id, AuditTag.PAYOUT_WANTED, payout, amount_minor=amount.amount_minor)
    tx.publish(PayoutWanted(payout.id, mentor.id))
    return payout


def _move(payout: Payout, kind: str, source: str, target: str) -> None:
    ledger.post(kind, str(payout.id), {source: Money(-payout.amount_minor, payout.currency), target: payout.amount})
