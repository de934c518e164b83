"""What the statements of bookings must say: a mentor's part of what was released, once."""

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select

from app.bookings.models import Booking
from app.payments.models import LedgerEntry, LedgerTransaction
from app.payments.proving import Question
from app.payments.receipt_models import ReceiptKind
from app.payments.receipt_proofs import documented


def questions() -> list[Question]:
    """One."""
    return [documented(ReceiptKind.STATEMENT, "statement of booking", "What was earned has its statement", _earned())]


def _earned() -> Select:
    """A mentor's part of what was released, as the ledger has it."""
    entry, then = LedgerEntry, LedgerTransaction
    theirs = (
        select(then.reference, func.sum(case((entry.account.startswith("mentor:"), entry.amount_minor), else_=0)).label("minor"))
        .join(then.entries)
        .where(then.kind == "release")
        .group_by(then.reference)
        .subquery()
    )
    minor: ColumnElement[int] = func.coalesce(theirs.c.minor, literal(-1))
    query = select(Booking.id, minor.label("minor"), Booking.currency).where(Booking.released_at.is_not(None))
    return query.outerjoin(theirs, theirs.c.reference == cast(Booking.id, String))
