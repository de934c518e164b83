"""The statement a mentor gets of what a booking earned, and the sweep that writes what a crash left out."""

from app.bookings import receipt_words as words
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.schedule import Periodic
from app.payments import receipts, receipts_wanted
from app.payments.receipt_models import ReceiptKind
from app.payments.receipts import Draft


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
    """Find earnings whose statement was lost between two commits, oldest first, and write it."""
    receipts_wanted.write_missing({ReceiptKind.STATEMENT: document_earnings})


PERIODIC = (Periodic("bookings.write_missing_statements", 60, write_missing),)
