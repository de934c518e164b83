"""What the documents must say of the money: one for each movement, unless it is still to be written, numbered without gaps."""

from sqlalchemy import Select, and_, func, select

from app.payments.models import Payment, Refund, RefundState
from app.payments.payout_models import Payout, PayoutState
from app.payments.provider_models import StrayCharge
from app.payments.proving import Question, count_of, fault
from app.payments.receipt_models import Receipt, ReceiptCounter, ReceiptKind, ReceiptWanted


def questions() -> list[Question]:
    """Of all that payments documents, and of all numbers. The database itself refuses a second document and every change of one."""
    return [
        documented(ReceiptKind.RECEIPT, "receipt of payment", "What was taken is receipted", _taken()),
        documented(ReceiptKind.CREDIT, "credit note of refund", "What went back has its credit note", _gone_back()),
        documented(
            ReceiptKind.CHARGEBACK, "document of chargeback", "What a payer's bank took back has its document", _taken_back()
        ),
        documented(ReceiptKind.PUT_BACK, "document of what was put back", "What a bank put back has its document", _put_back()),
        documented(ReceiptKind.STRAY, "receipt of stray charge", "What was taken beyond what was due is receipted", _strays()),
        documented(ReceiptKind.STRAY_BACK, "credit note of stray charge", "A stray charge that is back has it in writing", _back()),
        documented(ReceiptKind.WITHDRAWAL, "document of withdrawal", "What was paid out has its document", _paid_out()),
        _numbers(),
    ]


def documented(kind: ReceiptKind, name: str, title: str, movements: Select) -> Question:
    """That each movement (`id`, `minor`, `currency`) has its one document, of exactly its sum."""
    moved = movements.subquery()
    mine = and_(Receipt.kind == kind, Receipt.subject_id == moved.c.id)
    waiting = and_(ReceiptWanted.kind == kind, ReceiptWanted.subject_id == moved.c.id)
    found = func.coalesce(Receipt.amount_minor, 0)
    offenders = (
        select(*fault(name, moved.c.id, moved.c.minor, found, moved.c.currency))
        .select_from(moved)
        .outerjoin(Receipt, mine)
        .outerjoin(ReceiptWanted, waiting)
        .where(found != moved.c.minor, ReceiptWanted.id.is_(None))
    )
    return Question(f"receipts.{kind.value}", title, count_of(moved), offenders)


def _taken() -> Select:
    return select(Payment.id, Payment.amount_minor.label("minor"), Payment.currency).where(Payment.captured_at.is_not(None))


def _gone_back() -> Select:
    query = select(Refund.id, Refund.amount_minor.label("minor"), Payment.currency).join(Payment, Payment.id == Refund.payment_id)
    return query.where(Refund.state == RefundState.DONE, Payment.captured_at.is_not(None))


def _taken_back() -> Select:
    query = select(Payment.id, Payment.charged_back_minor.label("minor"), Payment.currency)
    return query.where(Payment.charged_back_at.is_not(None))


def _put_back() -> Select:
    query = select(Payment.id, Payment.put_back_minor.label("minor"), Payment.currency)
    return query.where(Payment.put_back_at.is_not(None))


def _strays() -> Select:
    query = select(StrayCharge.id, StrayCharge.amount_minor.label("minor"), Payment.currency)
    return query.join(Payment, Payment.id == StrayCharge.payment_id).where(StrayCharge.is_taken)


def _back() -> Select:
    return _strays().where(StrayCharge.state != RefundState.WANTED)


def _paid_out() -> Select:
    return select(Payout.id, Payout.amount_minor.label("minor"), Payout.currency).where(Payout.state == PayoutState.PAID)


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
