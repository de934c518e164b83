"""Which documents a booking's money needs, and the sweep that writes what a crash left out."""

import logging
from collections.abc import Callable

from app.bookings import receipt_words as words
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.schedule import Periodic
from app.payments import receipts, receipts_wanted
from app.payments.models import Payment, Refund, RefundState
from app.payments.receipt_models import Receipt, ReceiptKind
from app.payments.receipts import Draft

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Documents of a kind that one sweep writes."""


def document_payment(payment_id: int) -> None:
    """The payer's receipt once the money is here, and a credit note for each refund that went out. Harmless any number of times."""
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    if payment.captured_at is None:
        return  # nothing was taken, so there is nothing to document
    about = words.of_payment(payment)
    receipt = receipts.written(ReceiptKind.RECEIPT, payment.id) or receipts.write(
        Draft(
            kind=ReceiptKind.RECEIPT,
            subject_id=payment.id,
            person_id=payment.payer_id,
            amount=payment.amount,
            about=payment.purpose,
            reference=payment.reference,
            wording=words.receipt(payment, about),
        )
    )
    for refund in payment.refunds:
        if refund.state is RefundState.DONE and receipts.written(ReceiptKind.CREDIT, refund.id) is None:
            _credit(payment, refund, receipt)


def document_earnings(booking_id: int) -> None:
    """The mentor's statement, once what they earned is theirs: price, what went back, fee, rest. Once."""
    booking = db.session.get_one(Booking, booking_id, populate_existing=True)
    if booking.released_at is None or receipts.written(ReceiptKind.STATEMENT, booking.id) is not None:
        return
    receipts.write(
        Draft(
            kind=ReceiptKind.STATEMENT,
            subject_id=booking.id,
            person_id=booking.lesson.mentor_id,
            amount=words.earned(booking),
            about="booking",
            reference=str(booking.id),
            wording=words.statement(booking),
        )
    )


def write_missing() -> None:
    """Find money whose document was lost between two commits, oldest first, and write it."""
    _each(ReceiptKind.RECEIPT, document_payment)
    _each(ReceiptKind.CREDIT, _document_refund)
    _each(ReceiptKind.STATEMENT, document_earnings)


def _document_refund(refund_id: int) -> None:
    document_payment(db.session.get_one(Refund, refund_id).payment_id)


def _credit(payment: Payment, refund: Refund, receipt: Receipt) -> None:
    receipts.write(
        Draft(
            kind=ReceiptKind.CREDIT,
            subject_id=refund.id,
            person_id=payment.payer_id,
            amount=words.refunded(payment, refund),
            about=payment.purpose,
            reference=payment.reference,
            wording=words.credit(payment, refund, receipt),
            cancels=receipt,
        )
    )


def _each(kind: ReceiptKind, function: Callable[[int], None]) -> None:
    """Do one row after another; one that fails stops no other."""
    for row_id in receipts_wanted.missing(kind, AT_ONCE):
        try:
            function(row_id)
        except Exception:
            db.session.rollback()
            log.exception("%s(%s) failed", function.__name__, row_id)


PERIODIC = (Periodic("bookings.write_missing_receipts", 60, write_missing),)
