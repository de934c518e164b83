"""No gateway: people send money with a reference number, people look at the statement, and people pay out.

Its books are our own tables (`app/payments/manual/`), so nothing is told by messages: an import of the statement is the news. A
payment waits as long as its kind may take and the statement may be late; money that comes after that is still money that came.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments.manual import accounts, references
from app.payments.manual.models import HandTransfer, ManualPayment, ManualState, TransferKind
from app.payments.manual.sending import charge_of, put_on_list, result_of_transfer, sent_from
from app.payments.providers.base import Capability, Event, Instrument, Kind, PayoutKind, Result, Status, Subject, WebhookRefused

NAME = "manual"
MOST_WAITING = 3
"""How many transfers of one person may be waited for: a promise to pay keeps a seat that others could have."""
STATEMENT_LATE = timedelta(days=2)
"""How much longer we wait than a transfer takes: somebody has to look at the statement, also after a weekend."""


class KeyReused(ValueError):
    """A key came again with other values: a mistake of the caller."""


class ManualProvider:
    """Transfers by hand."""

    name = NAME
    absence_is_sure_after = timedelta()

    def capabilities(self, currency: str) -> list[Capability]:
        """UPI where the currency is the rupee, and the bank, as far as the settings name an account of ours."""
        offered = []
        if settings().manual_upi_id and currency == "INR":
            hours = timedelta(hours=settings().manual_upi_hours)
            offered.append(Capability(Kind.UPI, can_hold=False, fields=accounts.UPI_FIELDS, settles_within=hours))
        if settings().manual_bank_details:
            days = timedelta(days=settings().manual_bank_days)
            offered.append(Capability(Kind.BANK, can_hold=False, fields=accounts.BANK_FIELDS, settles_within=days))
        return offered

    def instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """The payer's own account: their money would go back there."""
        return accounts.instrument_of(kind, details, settings().currency)

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
        """Give out a reference number and wait; a fourth transfer of one person is refused while three are waited for."""
        with transaction():
            known = _by_key(key)
            if known is not None:
                if (known.amount, known.account) != (amount, instrument.token):
                    raise KeyReused("this key belongs to another payment")
                return _result(known)
            waiting = select(func.count()).where(ManualPayment.payer == payer, ManualPayment.state == ManualState.WAITING)
            if payer and (db.session.scalar(waiting) or 0) >= MOST_WAITING:
                return Result(Status.FAILED, decline_code="too_many_awaited")
            takes = {one.kind: one.settles_within for one in self.capabilities(amount.currency)}[instrument.kind]
            asked = ManualPayment(
                key=key,
                reference=references.new_reference(),
                payer=payer,
                kind=instrument.kind.value,
                account=instrument.token,
                account_label=instrument.label,
                amount_minor=amount.amount_minor,
                currency=amount.currency,
                state=ManualState.WAITING,
                created_at=now(),
                expires_at=now() + takes + STATEMENT_LATE,
            )
            db.session.add(asked)
            db.session.flush()
        return _result(asked)

    def find_payment(self, key: str, *, provider_id: str | None = None, asked_at: datetime | None = None) -> Result | None:
        """How a transfer stands; one that did not come in time is given up."""
        with transaction():
            asked = _by_key(key)
            if asked is None:
                return None
            if asked.state is ManualState.WAITING and asked.expires_at <= now():
                asked.state = ManualState.EXPIRED
        return _result(asked)

    def capture(self, provider_id: str, *, key: str) -> Result:
        """Nothing is ever only held: how it stands."""
        return _result(_by_reference(provider_id))

    def cancel(self, provider_id: str, *, key: str) -> Result:
        """Wait no longer; money that has come already is the answer."""
        with transaction():
            asked = _by_reference(provider_id)
            if asked.state in (ManualState.WAITING, ManualState.EXPIRED):
                asked.state = ManualState.CANCELED
        return _result(asked)

    def refund(self, provider_id: str, amount: Money, *, key: str) -> Result:
        """Put it on the list of what is to be sent; never more than came, and once per key."""
        with transaction():
            known = _transfer(key)
            if known is not None:
                if (known.charge, known.amount) != (provider_id, amount):
                    raise KeyReused("this key belongs to another refund")
                return result_of_transfer(known)
            came = charge_of(provider_id)
            if came is None or amount.currency != came.amount.currency:
                return Result(Status.FAILED, provider_id, "nothing_came", is_retryable=False)
            if sent_from(provider_id, amount.currency) + amount > came.amount:
                return Result(Status.FAILED, provider_id, "over_refund", is_retryable=False)
            to = Instrument(Kind(came.payer.kind), came.payer.account, came.payer.account_label)
            words = f"Refund {references.shown(came.payer.reference)}"
            made = put_on_list(TransferKind.REFUND, amount, to, key=key, charge=provider_id, words=words)
        return result_of_transfer(made)

    def find_refund(self, provider_id: str, key: str) -> Result | None:
        """Whether somebody has sent it."""
        known = _transfer(key)
        return None if known is None else result_of_transfer(known)

    def save_instrument(self, payer: str, instrument: Instrument) -> Instrument:
        """Our own row keeps it, encrypted; there is nobody else."""
        return instrument

    def list_instruments(self, payer: str) -> list[Instrument]:
        """Nothing beside our own rows."""
        return []

    def detach_instrument(self, instrument: Instrument) -> None:
        """Nothing is kept elsewhere."""

    def parse_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> Event:
        """Nobody has anything to tell us."""
        raise WebhookRefused("transfers by hand send no messages")

    def read_event(self, event: Event) -> Subject | None:
        """Nothing of the kind."""
        return None

    def payout_kinds(self, currency: str) -> list[PayoutKind]:
        """The bank anywhere, and UPI where the currency is the rupee: people send it, from any account of ours."""
        bank = PayoutKind(Kind.BANK, fields=accounts.BANK_FIELDS)
        return [bank, PayoutKind(Kind.UPI, fields=accounts.UPI_FIELDS)] if currency == "INR" else [bank]

    def payout_instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """A mentor's own account."""
        return accounts.instrument_of(kind, details, settings().currency)

    def create_payout(self, amount: Money, instrument: Instrument, *, key: str) -> Result:
        """Put it on the list of what is to be sent, once per key."""
        with transaction():
            known = _transfer(key)
            if known is None:
                known = put_on_list(TransferKind.WITHDRAWAL, amount, instrument, key=key, words="PeerLearn withdrawal")
        return result_of_transfer(known)

    def find_payout(self, key: str) -> Result | None:
        """Whether somebody has sent it, and whether it arrived."""
        known = _transfer(key)
        return None if known is None else result_of_transfer(known)


def _by_key(key: str) -> ManualPayment | None:
    query = select(ManualPayment).where(ManualPayment.key == key)
    return db.session.scalar(query.execution_options(populate_existing=True).with_for_update())


def _by_reference(reference: str) -> ManualPayment:
    query = select(ManualPayment).where(ManualPayment.reference == reference)
    return db.session.scalars(query.execution_options(populate_existing=True).with_for_update()).one()


def _transfer(key: str) -> HandTransfer | None:
    return db.session.scalar(select(HandTransfer).where(HandTransfer.key == key).execution_options(populate_existing=True))


_STATUSES = {
    ManualState.WAITING: (Status.PROCESSING, ""),
    ManualState.ARRIVED: (Status.SUCCEEDED, ""),
    ManualState.EXPIRED: (Status.FAILED, "not_arrived"),
    ManualState.CANCELED: (Status.CANCELED, "canceled"),
}


def _result(asked: ManualPayment) -> Result:
    status, code = _STATUSES[asked.state]
    return Result(status, asked.reference, code, amount=asked.amount)
