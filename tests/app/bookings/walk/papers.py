"""Receipts in a town at rest: one for each movement of money, numbered without gaps, and as they were when first seen."""

import hashlib
import json

from sqlalchemy import func, select

from app.extensions import db
from app.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund, RefundState
from app.payments.receipt_models import Receipt, ReceiptCounter, ReceiptKind, ReceiptWanted


def prints_of_all() -> dict[str, str]:
    """A fingerprint of each document, by number."""
    return {one.number: _print_of(one) for one in db.session.scalars(select(Receipt).execution_options(populate_existing=True))}


def papers_are_in_order() -> None:
    """AssertionError says which money has no document, two, or one that says something else."""
    assert db.session.scalars(select(ReceiptWanted.id)).all() == [], "a document is still to be written"
    said = {kind: _said(kind) for kind in ReceiptKind}
    taken = db.session.execute(select(Payment.id, Payment.amount_minor).where(Payment.captured_at.is_not(None))).all()
    back = select(Refund.id, Refund.amount_minor).join(Payment, Payment.id == Refund.payment_id)
    gone = db.session.execute(back.where(Refund.state == RefundState.DONE, Payment.captured_at.is_not(None))).all()
    assert said[ReceiptKind.RECEIPT] == dict(map(tuple, taken)), "what was taken is receipted, once"
    assert said[ReceiptKind.CREDIT] == dict(map(tuple, gone)), "what went back has its credit note, once"
    assert said[ReceiptKind.STATEMENT] == _earned(), "what was earned has its statement, once"
    _credit_notes_name_their_receipt()
    _numbers_have_no_gaps()


def _said(kind: ReceiptKind) -> dict[int, int]:
    return dict(map(tuple, db.session.execute(select(Receipt.subject_id, Receipt.amount_minor).where(Receipt.kind == kind)).all()))


def _earned() -> dict[int, int]:
    """What the ledger released to mentors, by booking."""
    theirs = func.sum(LedgerEntry.amount_minor).filter(LedgerEntry.account.startswith("mentor:"))
    query = select(LedgerTransaction.reference, func.coalesce(theirs, 0)).join(LedgerTransaction.entries)
    found = db.session.execute(query.where(LedgerTransaction.kind == "release").group_by(LedgerTransaction.reference))
    return {int(reference): int(minor) for reference, minor in found}


def _credit_notes_name_their_receipt() -> None:
    receipt = Receipt.__table__.alias("receipt")
    named = (receipt.c.id == Receipt.cancels_id) & (receipt.c.kind == ReceiptKind.RECEIPT.value)
    lost = select(Receipt.number).outerjoin(receipt, named).join(Refund, Refund.id == Receipt.subject_id)
    lost = lost.where(Receipt.kind == ReceiptKind.CREDIT, func.coalesce(receipt.c.subject_id, 0) != Refund.payment_id)
    assert db.session.scalars(lost).all() == [], "a credit note takes from the receipt of its payment"


def _numbers_have_no_gaps() -> None:
    numbers = sorted(db.session.scalars(select(Receipt.number)))
    for counter in db.session.scalars(select(ReceiptCounter)):
        own = [number for number in numbers if number.startswith(f"{counter.series}-")]
        assert own == [f"{counter.series}-{count:06d}" for count in range(1, counter.last + 1)], f"gaps in {counter.series}"
    series = set(db.session.scalars(select(ReceiptCounter.series)))
    assert {number.rpartition("-")[0] for number in numbers} <= series


def _print_of(one: Receipt) -> str:
    said = [one.kind.value, one.subject_id, one.person_id, one.cancels_id, one.amount_minor, one.currency, one.wording, str(one.issued_at)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
