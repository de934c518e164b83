"""Links to somebody's receipts, credit notes and statements, by booking."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from app.accounts.models import User
from app.payments import receipts
from app.payments.receipt_models import ReceiptKind

TITLES = {ReceiptKind.RECEIPT: "Receipt", ReceiptKind.CREDIT: "Credit note", ReceiptKind.STATEMENT: "Statement"}


@dataclass(frozen=True, slots=True)
class Document:
    """A link: what it is, its number, where it stands."""

    title: str
    number: str
    url: str


def receipts_about(person: User, booking_ids: Sequence[int]) -> dict[int, tuple[Document, ...]]:
    """What the person has in writing about each booking, oldest first, with one query."""
    found = receipts.of_references(person, "booking", booking_ids)
    return {
        int(reference): tuple(
            Document(TITLES[one.kind], one.number, url_for("receipts.page", number=one.number)) for one in documents
        )
        for reference, documents in found.items()
    }
