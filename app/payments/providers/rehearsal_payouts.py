"""The rehearsal's other half: money that goes out to mentors. The table below is the script; chance has no part in it."""

import secrets
from datetime import timedelta

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.providers import rehearsal_instruments as instruments
from app.payments.providers.base import Instrument, Kind, PayoutKind, Result, Status
from app.payments.providers.rehearsal_books import Books, payouts
from app.payments.providers.rehearsal_outbox import emit

BANK_ENDINGS = {"6789": "paid", "0001": "returned"}
UPI_PREFIXES = {"success": "paid", "timeout-before": "timeout-before", "timeout-after": "timeout-after"}
DELAYS = {Kind.UPI: timedelta(seconds=8), Kind.BANK: timedelta(seconds=15)}


class RehearsalPayouts:
    """Plays the bank that pays mentors: nothing arrives at once, and what is sent is sent once per key."""

    def payout_kinds(self, currency: str) -> list[PayoutKind]:
        """Bank and UPI in every currency (R3)."""
        return [
            PayoutKind(
                Kind.BANK,
                fields=("account_number", "ifsc"),
                test_values=(("account_number", "000123456789"), ("ifsc", "TEST0123456")),
            ),
            PayoutKind(Kind.UPI, fields=("upi_id",), test_values=(("upi_id", "success@upi"),)),
        ]

    def payout_instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Check typed details; only accounts the script plays are taken."""
        return instruments.upi(details) if kind == Kind.UPI else instruments.bank(details, played=BANK_ENDINGS)

    def create_payout(self, amount: Money, instrument: Instrument, *, key: str) -> Result:
        """Play the script of the instrument, once per key."""
        play = _play_of(instrument)
        if play == "timeout-before":
            return Result(Status.UNKNOWN)
        try:
            with Books() as books:
                if _by_key(books, key) is None:
                    books.execute(insert(payouts).values(**_opening(play, amount, instrument, key)))
        except IntegrityError:  # the same key arrived twice at the same moment: one of them was quicker
            pass
        return Result(Status.UNKNOWN) if play == "timeout-after" else self.find_payout(key) or Result(Status.UNKNOWN)

    def find_payout(self, key: str) -> Result | None:
        """What became of a key; it is on its way until its time has come."""
        with Books() as books:
            row = _by_key(books, key)
        return None if row is None else _result(row)


def payout_of(books: Connection, provider_id: str) -> tuple[str, Result] | None:
    """The key of a payout and how it stands."""
    row = books.execute(select(payouts).where(payouts.c.provider_id == provider_id)).first()
    return None if row is None else (row.key, _result(row))


def tell_payouts(books: Connection) -> None:
    """Say of every payout once that it has arrived or come back."""
    due = select(payouts).where(payouts.c.is_told.is_(False), payouts.c.settles_at <= now())
    for row in books.execute(due).all():
        emit(books, "payout.paid" if row.becomes == Status.SUCCEEDED else "payout.failed", row.provider_id)
        books.execute(update(payouts).where(payouts.c.id == row.id).values(is_told=True))


def _result(row: Row) -> Result:
    if row.settles_at > now():
        return Result(Status.PROCESSING, row.provider_id)
    return Result(Status(row.becomes), row.provider_id, "returned_by_bank" if row.becomes == Status.FAILED else "")


def _play_of(instrument: Instrument) -> str:
    if instrument.kind is Kind.UPI:
        return UPI_PREFIXES.get(instrument.token.split("@")[0], "paid")
    return BANK_ENDINGS.get(instrument.token.split("/")[0][-4:], "paid")


def _opening(play: str, amount: Money, instrument: Instrument, key: str) -> dict[str, object]:
    return {
        "provider_id": "rehpo_" + secrets.token_urlsafe(12),
        "key": key,
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "becomes": (Status.FAILED if play == "returned" else Status.SUCCEEDED).value,
        "settles_at": now() + DELAYS[instrument.kind],
        "is_told": False,
    }


def _by_key(books: Connection, key: str) -> Row | None:
    return books.execute(select(payouts).where(payouts.c.key == key)).first()
