"""Money was taken, given back, earned or withdrawn: who it is for has it in writing; sweeps write what a crash leaves out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.accounts.models import User
from app.bookings.events import EarningsReleased
from app.bookings.receipting import document_earnings
from app.extensions import db
from app.gifts.events import TipReleased
from app.gifts.receipting import document_tip
from app.kernel.events import Reactions
from app.notifications.channels.mail import write_mail
from app.notifications.enclosures import receipt_of
from app.payments.documents import document_payment, document_withdrawal
from app.payments.events import (
    PaymentCaptured,
    PaymentDisputed,
    PaymentPutBack,
    PaymentReturned,
    PayoutPaid,
    ReceiptWritten,
    StrayMoved,
)
from app.payments.models import Payment, Refund
from app.payments.provider_models import StrayCharge
from app.payments.receipt_models import Receipt, ReceiptKind
from app.payments.receipts import wording_of
from app.realtime.nudge import nudge

STILL_NEWS = timedelta(days=2)

MOVED_AT: dict[ReceiptKind, Callable[[int], datetime | None]] = {
    ReceiptKind.RECEIPT: lambda number: db.session.get_one(Payment, number).captured_at,
    ReceiptKind.CREDIT: lambda number: db.session.get_one(Refund, number).done_at,
    ReceiptKind.CHARGEBACK: lambda number: db.session.get_one(Payment, number).charged_back_at,
    ReceiptKind.PUT_BACK: lambda number: db.session.get_one(Payment, number).put_back_at,
    ReceiptKind.STRAY: lambda number: db.session.get_one(StrayCharge, number).found_at,
    ReceiptKind.STRAY_BACK: lambda number: db.session.get_one(StrayCharge, number).done_at,
}
"""The kinds that go out in a letter of their own, all to payers, and when their money moved. A mentor finds statements under
Earnings; the document of a withdrawal goes with the letter that says it has arrived (`payout.paid`)."""


def write_for_payer(event: PaymentCaptured | PaymentReturned | PaymentDisputed | PaymentPutBack | StrayMoved) -> None:
    """A receipt for what was taken, a counter-document for what is back, whoever sent it; a receipt again for what was put back."""
    document_payment(event.payment_id)


def write_for_mentor(event: EarningsReleased | TipReleased | PayoutPaid) -> None:
    """A statement of what is theirs now, and of the fee; or that it has arrived where they wanted it."""
    if isinstance(event, EarningsReleased):
        document_earnings(event.booking_id)
    elif isinstance(event, TipReleased):
        document_tip(event.gift_id)
    else:
        document_withdrawal(event.payout_id)


def send_to_payer(event: ReceiptWritten) -> None:
    """By mail with the PDF."""
    receipt = db.session.get_one(Receipt, event.receipt_id)
    if not _is_news(receipt):
        return
    words = wording_of(receipt)
    title = f"{words.title} {receipt.number}"
    session = next((fact.text for fact in words.facts if fact.label == "Session"), words.sums[0].label)
    body = f"“{session}”, {words.total.label.lower()}: {words.total.text}. The PDF is attached."
    person = db.session.get_one(User, receipt.person_id)  # whoever's account was closed still has their money in writing
    link = f"/receipts/{receipt.number}"
    write_mail(person, "notice", title, enclosure=receipt_of(receipt.id), heading=title, body=body, link=link)


def _is_news(receipt: Receipt) -> bool:
    """Whether the payer should hear of it: what the sweep writes about money of long ago is there to be found, not to be mailed."""
    if receipt.kind not in MOVED_AT:
        return False
    moved_at = MOVED_AT[receipt.kind](receipt.subject_id)
    return moved_at is not None and moved_at > receipt.issued_at - STILL_NEWS


def show_it(event: ReceiptWritten) -> None:
    """The tables and the booking's page get a link."""
    nudge([event.person_id], "payments", "earnings", "bookings")


REACTIONS: Reactions = {
    PaymentCaptured: [write_for_payer],
    PaymentReturned: [write_for_payer],
    PaymentDisputed: [write_for_payer],
    PaymentPutBack: [write_for_payer],
    StrayMoved: [write_for_payer],
    EarningsReleased: [write_for_mentor],
    TipReleased: [write_for_mentor],
    PayoutPaid: [write_for_mentor],
    ReceiptWritten: [send_to_payer, show_it],
}
