"""What the documents must say of the money: one for each movement, unless it is still to be written, numbered without gaps."""

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, select

from app.bookings.models import Booking
from app.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund, RefundState
from app.payments.proving import Question, count_of, fault
from app.payments.receipt_models import Receipt, ReceiptCounter, ReceiptKind, ReceiptWanted


def questions() -> list[Question]:
    """The database itself refuses a second document of one movement, and every change of one."""
    return [_of(ReceiptKind.RECEIPT), _of(ReceiptKind.CREDIT), _of(ReceiptKind.STATEMENT), _numbers()]


def _of(kind: ReceiptKind) -> Question:
    moved = _MOVED[kind]().subquery()
    mine = and_(Receipt.kind == kind, Receipt.subject_id == moved.c.id)
    waiting = and_(ReceiptWanted.kind == kind, ReceiptWanted.subject_id == moved.c.id)
    found = func.coalesce(Receipt.amount_minor, 0)
    offenders = (
        select(*fault(_NAMES[kind], moved.c.id, moved.c.minor, found, moved.c.currency))
        .select_from(moved)
        .outerjoin(Receipt, mine)
        .outerjoin(ReceiptWanted, waiting)
        .where(found != moved.c.minor, ReceiptWanted.id.is_(None))
    )
    return Question(f"receipts.{kind.value}", _TITLES[kind], count_of(moved), offenders)


def _taken() -> Select:
    return select(Payment.id, Payment.amount_minor.label("minor"), Payment.currency).where(Payment.captured_at.is_not(None))


def _gone_back() -> Select:
    query = select(Refund.id, Refund.amount_minor.label("minor"), Payment.currency).join(Payment, Payment.id == Refund.payment_id)
    return query.where(Refund.state == RefundState.DONE, Payment.captured_at.is_not(None))


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


def _numbers() -> Question:
    """The counter of a series has counted its documents, and no others: so no number is missing."""
    written = func.count(Receipt.id)
    offenders = (
        select(*fault("documents of series", ReceiptCounter.series, ReceiptCounter.last, written))
        .outerjoin(Receipt, Receipt.number.startswith(ReceiptCounter.series + "-"))
        .group_by(ReceiptCounter.id, ReceiptCounter.series, ReceiptCounter.last)
        .having(written != ReceiptCounter.last)
    )
    return Question("receipts.numbers", "No number of a document is missing", count_of(Receipt), offenders)


_MOVED = {ReceiptKind.RECEIPT: _taken, ReceiptKind.CREDIT: _gone_back, ReceiptKind.STATEMENT: _earned}
_NAMES = {
    ReceiptKind.RECEIPT: "receipt of payment",
    ReceiptKind.CREDIT: "credit note of refund",
    ReceiptKind.STATEMENT: "statement of booking",
}
_TITLES = {
    ReceiptKind.RECEIPT: "What was taken is receipted",
    ReceiptKind.CREDIT: "What went back has its credit note",
    ReceiptKind.STATEMENT: "What was earned has its statement",
}
