"""Money was taken, given back or earned: who it is for has it in writing; bookings/receipting.py writes what a crash leaves out."""

from datetime import timedelta

from app.accounts import queries as accounts
from app.bookings.events import EarningsReleased
from app.bookings.receipting import document_earnings, document_payment
from app.extensions import db
from app.kernel.events import Reactions
from app.notifications.channels.mail import write_mail
from app.notifications.enclosures import receipt_of
from app.payments.events import PaymentCaptured, PaymentReturned, ReceiptWritten
from app.payments.models import Payment, Refund
from app.payments.receipt_models import Receipt, ReceiptKind
from app.payments.receipts import wording_of
from app.realtime.nudge import nudge

STILL_NEWS = timedelta(days=2)


def write_for_payer(event: PaymentCaptured | PaymentReturned) -> None:
    """A receipt for what was taken, a credit note for what went back."""
    document_payment(event.payment_id)


def write_for_mentor(event: EarningsReleased) -> None:
    """A statement of what is theirs now, and of the fee."""
    document_earnings(event.booking_id)


def send_to_payer(event: ReceiptWritten) -> None:
    """Receipts and credit notes go out by mail with the PDF; a mentor finds statements under Earnings."""
    receipt = db.session.get_one(Receipt, event.receipt_id)
    if not _is_news(receipt):
        return
    words = wording_of(receipt)
    title = f"{words.title} {receipt.number}"
    session = next((fact.text for fact in words.facts if fact.label == "Session"), words.sums[0].label)
    body = f"“{session}”, {words.total.label.lower()}: {words.total.text}. The PDF is attached."
    person = accounts.person(receipt.person_id)
    link = f"/receipts/{receipt.number}"
    write_mail(person, "notice", title, enclosure=receipt_of(receipt.id), heading=title, body=body, link=link)


def _is_news(receipt: Receipt) -> bool:
    """Whether the payer should hear of it: what the sweep writes about money of long ago is there to be found, not to be mailed."""
    if receipt.kind is ReceiptKind.STATEMENT:
        return False
    if receipt.kind is ReceiptKind.RECEIPT:
        moved_at = db.session.get_one(Payment, receipt.subject_id).captured_at
    else:
        moved_at = db.session.get_one(Refund, receipt.subject_id).done_at
    return moved_at is not None and moved_at > receipt.issued_at - STILL_NEWS


def show_it(event: ReceiptWritten) -> None:
    """The tables and the booking's page get a link."""
    nudge([event.person_id], "payments", "earnings", "bookings")


REACTIONS: Reactions = {
    PaymentCaptured: [write_for_payer],
    PaymentReturned: [write_for_payer],
    EarningsReleased: [write_for_mentor],
    ReceiptWritten: [send_to_payer, show_it],
}
