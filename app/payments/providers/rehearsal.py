"""A payment provider that moves no money: the embedded default, so that everything can be tried without keys.

It keeps books in its own tables, written on its own connection, so that "charged but not yet recorded" is as real here as
it is with a company far away. What happens depends on the instrument alone, never on chance; `rehearsal_script.py` is the table.
It obeys a real company's rules: a key used again with other values is an error, nothing more goes back than came, states only move
forward, and everything that happens is told by a signed message to our own door (`rehearsal_events.py`).
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, insert, select, update

from app.config import settings
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.providers import rehearsal_instruments as instruments
from app.payments.providers import rehearsal_script as script
from app.payments.providers.base import Capability, Instrument, Kind, Result, Status
from app.payments.providers.rehearsal_books import Books, payments, refunds
from app.payments.providers.rehearsal_events import RehearsalEvents
from app.payments.providers.rehearsal_payments import by_key, by_provider_id, change, last_noes, result_of, the_payment
from app.payments.providers.rehearsal_payouts import RehearsalPayouts
from app.payments.providers.rehearsal_vault import RehearsalVault, fingerprint, revealed

BANK_TAKES = timedelta(minutes=5)
"""What the rehearsal's bank promises; it is quicker."""


class KeyReused(ValueError):
    """A key came again with other values: a mistake of the caller, never played."""


class RehearsalProvider(RehearsalPayouts, RehearsalVault, RehearsalEvents):
    """Plays a payment company."""

    name = "rehearsal"
    absence_is_sure_after = timedelta()

    def capabilities(self, currency: str) -> list[Capability]:
        """UPI, card and bank in every currency (R3)."""
        return [
            Capability(Kind.UPI, can_hold=False, fields=("upi_id",), test_values=(("upi_id", "success@upi"),)),
            Capability(Kind.CARD, can_hold=True, fields=("card_number",), test_values=(("card_number", "4242 4242 4242 4242"),)),
            Capability(
                Kind.BANK,
                can_hold=False,
                fields=("account_number", "ifsc"),
                test_values=(("account_number", "000123456789"), ("ifsc", "TEST0123456")),
                settles_within=BANK_TAKES,
            ),
        ]

    def instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Check typed details; real card numbers are refused, because a rehearsal has no business holding one."""
        if kind == Kind.UPI:
            return instruments.upi(details)
        if kind == Kind.CARD:
            return instruments.card(details, played=script.CARDS)
        return instruments.bank(details, played=script.BANK_ENDINGS)

    def create_payment(
        self,
        amount: Money,
        instrument: Instrument,
        *,
        hold: bool,
        key: str,
        payer: str = "",
        keep: bool = False,
        return_url: str = "",
    ) -> Result:
        """Play the script of the instrument, once per key."""
        with Books() as books:
            details, is_saved = revealed(books, instrument)
            play = script.play_of(instrument.kind, details, is_saved=is_saved)
            if play == "timeout-before":
                return Result(Status.UNKNOWN)
            mark = fingerprint(instrument.kind, details)
            row = by_key(books, key)
            if row is None:
                noes = last_noes(books, mark)
                first = script.opening(play, instrument.kind, hold=hold, noes_before=noes)
                row = _open(books, first, amount, key=key, hold=hold, mark=mark, return_url=return_url)
            elif (row.amount_minor, row.currency, row.hold, row.instrument) != (amount.amount_minor, amount.currency, hold, mark):
                raise KeyReused("this key belongs to another payment")
        return Result(Status.UNKNOWN) if play == "timeout-after" else result_of(row)

    def find_payment(self, key: str, *, provider_id: str | None = None, asked_at: datetime | None = None) -> Result | None:
        """What became of a key; time passes for payments that are on their way."""
        with Books() as books:
            row = by_key(books, key)
            return None if row is None else result_of(row)

    def capture(self, provider_id: str, *, key: str) -> Result:
        """Take held money; a payment that was taken already stays taken."""
        return self._move(provider_id, {"authorized": "succeeded"})

    def cancel(self, provider_id: str, *, key: str) -> Result:
        """Let held money go, and stop what is on its way."""
        return self._move(provider_id, {"authorized": "canceled", "processing": "canceled", "requires_action": "canceled"})

    def approve(self, provider_id: str, *, is_approved: bool) -> str | None:
        """The payer's own tap on the rehearsal's screen; where they go next, None when there is nothing to approve (any more)."""
        with Books() as books:
            row = by_provider_id(books, provider_id)
            if row is None or row.status != "requires_action":
                return None
            if is_approved:
                change(books, row, "authorized" if row.hold else "succeeded")
            else:
                change(books, row, "failed", "declined_by_payer")
            return row.return_url

    def to_approve(self, provider_id: str) -> Result | None:
        """A payment that waits for its payer, for the rehearsal's screen; None when there is none of that name."""
        with Books() as books:
            row = by_provider_id(books, provider_id)
            return None if row is None else result_of(row)

    def refund(self, provider_id: str, amount: Money, *, key: str) -> Result:
        """Give back; never more than was taken, and once per key."""
        with Books() as books:
            row = the_payment(books, provider_id)
            known = books.execute(select(refunds).where(refunds.c.key == key)).first()
            if known is not None:
                if (known.provider_id, known.amount_minor) != (provider_id, amount.amount_minor):
                    raise KeyReused("this key belongs to another refund")
                return Result(Status.SUCCEEDED, provider_id)
            too_much = row.refunded_minor + amount.amount_minor > row.amount_minor
            if row.status != "succeeded" or amount.currency != row.currency or too_much:
                return Result(Status.FAILED, provider_id, "over_refund", is_retryable=False)
            books.execute(insert(refunds).values(key=key, provider_id=provider_id, amount_minor=amount.amount_minor))
            given = row.refunded_minor + amount.amount_minor
            books.execute(update(payments).where(payments.c.provider_id == provider_id).values(refunded_minor=given))
            self.emit(books, "refund.succeeded", key)
        return Result(Status.SUCCEEDED, provider_id)

    def find_refund(self, provider_id: str, key: str) -> Result | None:
        """What became of a refund's key."""
        with Books() as books:
            known = books.execute(select(refunds).where(refunds.c.key == key)).first()
        return None if known is None else Result(Status.SUCCEEDED, known.provider_id)

    def _move(self, provider_id: str, moves: dict[str, str]) -> Result:
        with Books() as books:
            row = the_payment(books, provider_id)
            if row.status in moves:
                row = change(books, row, moves[row.status])
        return result_of(row)


def _open(
    books: Connection, first: script.Opening, amount: Money, *, key: str, hold: bool, mark: str, return_url: str
) -> Row:
    provider_id = "reh_" + secrets.token_urlsafe(12)
    values = {
        "provider_id": provider_id,
        "key": key,
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "status": first.status,
        "decline_code": first.decline_code,
        "becomes": first.becomes,
        "settles_at": now() + first.delay if first.becomes else None,
        "refunded_minor": 0,
        "hold": hold,
        "instrument": mark,
        "return_url": return_url or settings().base_url,
    }
    books.execute(insert(payments).values(**values))
    RehearsalEvents.emit(books, f"payment.{first.status}", provider_id)
    return the_payment(books, provider_id)
