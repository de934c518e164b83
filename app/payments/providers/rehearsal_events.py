"""The rehearsal's messages: how they are signed, checked and read. The manner is Stripe's: `t=…,v1=…` over `t.body`."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, func, select

from app.config import settings
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.providers.base import About, Event, Result, Status, Subject, WebhookRefused
from app.payments.providers.rehearsal_books import Books, payments, refunds
from app.payments.providers.rehearsal_outbox import emit
from app.payments.providers.rehearsal_payments import PUT_BACK_LATER, WON, by_provider_id, result_of, settle_all
from app.payments.providers.rehearsal_payouts import payout_of

HEADER = "Rehearsal-Signature"
TOLERANCE = timedelta(minutes=5)
"""How old a message may be. One from the future is taken, as Stripe's own check does: the id is what makes it count once."""


def sign(raw_body: bytes, timestamp: int) -> str:
    """The header of a message."""
    return f"t={timestamp},v1={_digest(raw_body, str(timestamp))}"


def _digest(raw_body: bytes, timestamp: str) -> str:
    key = hashlib.sha256(b"rehearsal-webhook:" + settings().secret_key.encode()).digest()
    return hmac.new(key, timestamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()


class RehearsalEvents:
    """Tells, and understands what it told."""

    emit = staticmethod(emit)

    def parse_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> Event:
        """Check signature and age; WebhookRefused when either is wrong."""
        parts = dict(part.partition("=")[::2] for part in headers.get(HEADER, "").split(","))
        timestamp = parts.get("t", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise WebhookRefused("no timestamp")
        if not hmac.compare_digest(_digest(raw_body, timestamp), parts.get("v1", "").encode("ascii", "replace").decode()):
            raise WebhookRefused("wrong signature")
        if now().timestamp() - int(timestamp) > TOLERANCE.total_seconds():
            raise WebhookRefused("too old")
        try:
            body = json.loads(raw_body)
            return Event(str(body["id"]), str(body["type"]), str(body["data"]["object"]["id"]))
        except (ValueError, KeyError, TypeError) as error:
            raise WebhookRefused("not a message") from error

    def chargebacks(self, since: datetime) -> list[Subject]:
        """Charges whose payers' banks took them back since a moment, and those they have put back."""
        is_over, is_gone = payments.c.becomes == "", payments.c.refunded_minor == payments.c.amount_minor
        is_disputed = (is_over & is_gone) | payments.c.becomes.in_((PUT_BACK_LATER, WON))
        lately = payments.c.settles_at >= since
        with Books() as books:
            settle_all(books)
            found = books.execute(select(payments).where(is_disputed, lately, payments.c.status == Status.SUCCEEDED.value)).all()
            subjects = [_disputed(books, row) for row in found]
        return [one for one in subjects if one.result.amount is not None and not one.result.amount.is_zero]

    def read_event(self, event: Event) -> Subject | None:
        """The object as it is now, whatever the message said."""
        about = event.type.partition(".")[0]
        with Books() as books:
            read = _READ.get(about)
            return read(books, event) if read else None


def _payment(books: Connection, event: Event) -> Subject | None:
    row = by_provider_id(books, event.object_id)
    return None if row is None else Subject(About.PAYMENT, row.key, result_of(row))


def _dispute(books: Connection, event: Event) -> Subject | None:
    row = by_provider_id(books, event.object_id)
    return None if row is None else _disputed(books, row)


def _disputed(books: Connection, row: Row) -> Subject:
    """What the bank took, or has put back: all that had not gone back by then."""
    given = books.scalar(select(func.sum(refunds.c.amount_minor)).where(refunds.c.provider_id == row.provider_id))
    lost = Money(row.amount_minor - int(given or 0), row.currency)
    about = About.DISPUTE_WON if row.becomes == WON else About.DISPUTE
    return Subject(about, row.key, replace(result_of(row), amount=lost))


def _refund(books: Connection, event: Event) -> Subject | None:
    row = books.execute(select(refunds).where(refunds.c.key == event.object_id)).first()
    return None if row is None else Subject(About.REFUND, row.key, Result(Status.SUCCEEDED, row.provider_id))


def _payout(books: Connection, event: Event) -> Subject | None:
    found = payout_of(books, event.object_id)
    return None if found is None else Subject(About.PAYOUT, *found)


_READ = {"payment": _payment, "dispute": _dispute, "refund": _refund, "payout": _payout}
