"""Which documents are still to be written. Written in the transaction that moves the money, so that none is forgotten."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.extensions import db
from app.payments.receipt_models import ReceiptKind, ReceiptWanted


def want(kind: ReceiptKind, subject_id: int) -> None:
    """Money has moved; joins the caller's transaction, which posts its entries."""
    db.session.add(ReceiptWanted(kind=kind, subject_id=subject_id))
    db.session.flush()


def is_written(kind: ReceiptKind, subject_id: int) -> None:
    """The document stands; joins the caller's transaction, which writes it."""
    db.session.execute(delete(ReceiptWanted).where(ReceiptWanted.kind == kind, ReceiptWanted.subject_id == subject_id))


def missing(kind: ReceiptKind, limit: int) -> Sequence[int]:
    """The rows whose document is missing, the oldest first."""
    query = select(ReceiptWanted.subject_id).where(ReceiptWanted.kind == kind).order_by(ReceiptWanted.id)
    return db.session.scalars(query.limit(limit)).all()
