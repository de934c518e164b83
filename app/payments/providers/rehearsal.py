"""The rehearsal: a provider without a company behind it, so that every path of money can be played on any machine.

It keeps its own books in its own tables, written on its own connection, so that "charged but not yet recorded" is as real here as
it is with a company far away. What happens depends on the instrument alone, never on chance; the table below is the script.
"""

import secrets
from datetime import timedelta

from sqlalchemy import Connection, Row, insert, select, update

from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.providers import rehearsal_instruments as instruments
from app.payments.providers.base import Capability, Instrument, Kind, Result, Status
from app.payments.providers.rehearsal_books import Books, payments, refunds
from app.payments.providers.rehearsal_payouts import RehearsalPayouts

CARDS = {
    "4242424242424242": "ok",
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
}
UPI_PREFIXES = {
    "success": "ok",
    "pending": "later",
    "decline": "declined_by_payer",
    "expire": "expires",
    "timeout-before": "timeout-before",
    "timeout-after": "timeout-after",
}
BANK_ENDINGS = {"6789": "later", "0000": "fails-later"}
FINAL_DECLINES = {"expired_card", "lost_card", "stolen_card"}
"""Trying the same card again cannot help."""

UPI_DELAY, BANK_DELAY = timedelta(seconds=8), timedelta(seconds=15)


class RehearsalProvider(RehearsalPayouts):
    """Plays a payment company."""

    name = "rehearsal"

    def capabilities(self, currency: str) -> list[Capability]:
        """UPI, card and bank in every currency (R3)."""
        return [
            Capability(Kind.UPI, can_hold=False, test_values=(("upi_id", "success@upi"),)),
            Capability(Kind.CARD, can_hold=True, test_values=(("card_number", "4242 4242 4242 4242"),)),
            Capability(Kind.BANK, can_hold=False, test_values=(("account_number", "000123456789"), ("ifsc", "TEST0123456"))),
        ]

    def instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Check typed details; real card numbers are refused, because a rehearsal has no business holding one."""
        if kind == Kind.UPI:
            return instruments.upi(details)
        return instruments.card(details, played=CARDS) if kind == Kind.CARD else instruments.bank(details, played=BANK_ENDINGS)

    def create_payment(self, amount: Money, instrument: Instrument, *, hold: bool, key: str) -> Result:
        """Play the script of the instrument, once per key."""
        play = _play_of(instrument)
        if play == "timeout-before":
            return Result(Status.UNKNOWN)
        with Books() as books:
            row = _by_key(books, key)
            if row is None:
                values = _opening(play, amount, instrument, hold=hold, key=key)
                books.execute(insert(payments).values(**values))
                row = _by_key(books, key)
        if play == "timeout-after":
            return Result(Status.UNKNOWN)
        return _result(row)

    def find_payment(self, key: str) -> Result | None:
        """What became of a key; time passes for payments that are on their way."""
        with Books() as books:
            row = _by_key(books, key)
            return None if row is None else _result(row)

    def capture(self, provider_id: str, *, key: str) -> Result:
        """Take held money; a payment that was taken already stays taken."""
        return self._move(provider_id, {"authorized": "succeeded"})

    def cancel(self, provider_id: str, *, key: str) -> Result:
        """Let held money go, and stop what is on its way."""
        return self._move(provider_id, {"authorized": "canceled", "processing": "canceled"})

    def refund(self, provider_id: str, amount: Money, *, key: str) -> Result:
        """Give back; never more than was taken, and once per key."""
        with Books() as books:
            row = books.execute(select(payments).where(payments.c.provider_id == provider_id)).one()
            if books.execute(select(refunds).where(refunds.c.key == key)).first() is not None:
                return Result(Status.SUCCEEDED, provider_id)
            if row.status != "succeeded" or row.refunded_minor + amount.amount_minor > row.amount_minor:
                return Result(Status.FAILED, provider_id, "over_refund", is_retryable=False)
            books.execute(insert(refunds).values(key=key, provider_id=provider_id, amount_minor=amount.amount_minor))
            given = row.refunded_minor + amount.amount_minor
            books.execute(update(payments).where(payments.c.provider_id == provider_id).values(refunded_minor=given))
        return Result(Status.SUCCEEDED, provider_id)

    def _move(self, provider_id: str, moves: dict[str, str]) -> Result:
        with Books() as books:
            row = _settled(books, books.execute(select(payments).where(payments.c.provider_id == provider_id)).one())
            if row.status in moves:
                changed = update(payments).where(payments.c.provider_id == provider_id).values(status=moves[row.status])
                books.execute(changed)
                row = books.execute(select(payments).where(payments.c.provider_id == provider_id)).one()
        return _result(row)


def _opening(play: str, amount: Money, instrument: Instrument, *, hold: bool, key: str) -> dict[str, object]:
    status, becomes, delay = "succeeded", "", UPI_DELAY
    if play == "later":
        status, becomes = "processing", "succeeded"
    elif play in ("expires", "fails-later"):
        status, becomes = "processing", "failed"
    elif play not in ("ok", "timeout-after"):
        status = "failed"
    elif hold:
        status = "authorized"
    if instrument.kind is Kind.BANK:
        delay = BANK_DELAY
    return {
        "provider_id": "reh_" + secrets.token_urlsafe(12),
        "key": key,
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "status": status,
        "decline_code": play if status == "failed" else "",
        "becomes": becomes,
        "settles_at": now() + delay if becomes else None,
        "refunded_minor": 0,
    }


def _by_key(books: Connection, key: str) -> Row | None:
    row = books.execute(select(payments).where(payments.c.key == key)).first()
    return None if row is None else _settled(books, row)


def _settled(books: Connection, row: Row) -> Row:
    """What was on its way arrives (or fails) when its time has come."""
    if row.status != "processing" or row.settles_at > now():
        return row
    code = "expired_unpaid" if row.becomes == "failed" else ""
    books.execute(update(payments).where(payments.c.id == row.id).values(status=row.becomes, decline_code=code))
    return books.execute(select(payments).where(payments.c.id == row.id)).one()


def _result(row: Row | None) -> Result:
    if row is None:
        return Result(Status.UNKNOWN)
    return Result(Status(row.status), row.provider_id, row.decline_code, is_retryable=row.decline_code not in FINAL_DECLINES)


def _play_of(instrument: Instrument) -> str:
    if instrument.kind is Kind.CARD:
        return CARDS.get(instrument.token, "card_declined")
    if instrument.kind is Kind.UPI:
        return UPI_PREFIXES.get(instrument.token.split("@")[0], "ok")
    return BANK_ENDINGS.get(instrument.token.split("/")[0][-4:], "later")
