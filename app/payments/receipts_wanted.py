"""Which documents are still to be written. Written in the transaction that moves the money, so that none is forgotten."""

import logging
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import delete, select

from app.extensions import db
from app.payments.receipt_models import ReceiptKind, ReceiptWanted

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Documents of a kind that one sweep writes."""


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


def write_missing(writers: Mapping[ReceiptKind, Callable[[int], None]]) -> None:
    """Write what is missing of some kinds, each with its own function; one that fails stops no other."""
    for kind, write in writers.items():
        for subject_id in missing(kind, AT_ONCE):
            try:
                write(subject_id)
            except Exception:
                db.session.rollback()
                log.exception("the document %s of %s could not be written", kind.value, subject_id)
