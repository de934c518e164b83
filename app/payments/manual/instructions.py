"""What somebody who pays by transfer has to know: how much, to which account, under which number, and a code for their app."""

import io
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from sqlalchemy import select

from app.config import settings
from app.extensions import db
from app.kernel.bank_numbers import is_iban
from app.kernel.money import Money
from app.payments.manual import accounts, references
from app.payments.manual.models import ManualPayment, ManualState
from app.payments.models import Payment, PaymentState
from app.payments.providers.base import Kind
from app.payments.providers.manual import NAME


@dataclass(frozen=True, slots=True)
class Instructions:
    """`rows` are labels and values of our account, `link` opens a UPI app, `code` is what the QR code says (empty: none)."""

    payment_id: int
    kind: str
    amount: Money
    reference: str
    payee: str
    rows: tuple[tuple[str, str], ...]
    link: str
    code: str
    paid_from: str
    waits_until: datetime
    takes: str


def is_awaited(payment: Payment | None) -> bool:
    """Whether a payer was asked for a transfer that has not come. (Nobody has said that it is on its way.)"""
    return payment is not None and payment.provider == NAME and payment.state is PaymentState.PROCESSING


def instructions_for(payment: Payment | None) -> Instructions | None:
    """For a payment that is waited for; None for every other one."""
    if payment is None or not is_awaited(payment):
        return None
    query = select(ManualPayment).where(
        ManualPayment.reference == payment.provider_payment_id, ManualPayment.state == ManualState.WAITING
    )
    asked = db.session.scalar(query)
    return None if asked is None else _instructions(payment.id, asked)


def picture_of(code: str) -> bytes:
    """The QR code as an SVG file, dark on white in any theme: scanners need the contrast."""
    made, out = segno.make(code, error="m", micro=False), io.BytesIO()
    made.save(out, kind="svg", scale=6, border=4, light="#fff", xmldecl=False, svgns=True, nl=False)
    return out.getvalue()


def _instructions(payment_id: int, asked: ManualPayment) -> Instructions:
    reference, amount, by_upi = references.shown(asked.reference), asked.amount, asked.kind == Kind.UPI
    rows = [("UPI ID", settings().manual_upi_id)] if by_upi else accounts.own_account(settings().manual_bank_details)
    link = upi_link(amount, reference) if by_upi else ""
    return Instructions(
        payment_id=payment_id,
        kind=asked.kind,
        amount=amount,
        reference=reference,
        payee=settings().manual_payee_name,
        rows=tuple(rows),
        link=link,
        code=link or epc_code(amount, reference, dict(rows)),
        paid_from=asked.account_label,
        waits_until=asked.expires_at,
        takes=_hours(settings().manual_upi_hours) if by_upi else _days(settings().manual_bank_days),
    )


def upi_link(amount: Money, reference: str) -> str:
    """What UPI apps open, with everything filled in (NPCI's linking specification)."""
    parts = {"pa": settings().manual_upi_id, "pn": settings().manual_payee_name, "am": amount.plain(), "cu": amount.currency}
    return "upi://pay?" + urlencode({**parts, "tn": reference}, quote_via=quote, safe="@")


def epc_code(amount: Money, reference: str, account: dict[str, str]) -> str:
    """What European banking apps scan (EPC069-12): euros to an IBAN; empty for anything else."""
    named = {label.casefold(): value for label, value in account.items()}
    iban = "".join(named.get("iban", "").split()).upper()
    if amount.currency != "EUR" or not is_iban(iban):
        return ""
    bic = "".join(named.get("bic", "").split()).upper()
    return "\n".join(("BCD", "002", "1", "SCT", bic, settings().manual_payee_name, iban, f"EUR{amount.plain()}", "", "", reference))


def _days(number: int) -> str:
    return "one day" if number == 1 else f"{number} days"


def _hours(number: int) -> str:
    return "an hour" if number == 1 else f"{number} hours"
