"""Links to what somebody has in writing about money: receipts, statements, and what takes from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from app.accounts.models import User
from app.payments import receipts
from app.payments.receipt_models import Receipt, ReceiptKind

TITLES = {
    ReceiptKind.RECEIPT: "Receipt",
    ReceiptKind.CREDIT: "Credit note",
    ReceiptKind.CHARGEBACK: "Taken back by your bank",
    ReceiptKind.PUT_BACK: "Put back by your bank",
    ReceiptKind.STRAY: "Surplus receipt",
    ReceiptKind.STRAY_BACK: "Surplus credit note",
    ReceiptKind.STATEMENT: "Statement",
    ReceiptKind.TIP: "Gift statement",
    ReceiptKind.WITHDRAWAL: "Document",
}
OF_GIFTS = {ReceiptKind.RECEIPT: "Gift receipt", ReceiptKind.CREDIT: "Gift credit note"}


@dataclass(frozen=True, slots=True)
class Document:
    """A link: what it is, its number, where it stands."""

    title: str
    number: str
    url: str


Documents = Mapping[int, tuple[Document, ...]]
"""By the id of what they are about, oldest first; what has none is left out."""


def receipts_about(person: User, booking_ids: Sequence[int]) -> Documents:
    """What the person has in writing about each booking."""
    return _about(person, "booking", booking_ids)


def gift_receipts_about(person: User, gift_ids: Sequence[int]) -> Documents:
    """The same about gifts, given or received."""
    return _about(person, "gift", gift_ids)


def withdrawal_receipts_about(person: User, payout_ids: Sequence[int]) -> Documents:
    """The same about withdrawals."""
    return _about(person, "withdrawal", payout_ids)


def numbers_of(documents: Sequence[Document]) -> str:
    """The numbers for a cell of a spreadsheet."""
    return ", ".join(one.number for one in documents)


def _about(person: User, about: str, ids: Sequence[int]) -> Documents:
    """One query, or none when there is nothing to ask about."""
    found = receipts.of_references(person, about, ids) if ids else {}
    return {int(reference): tuple(_link(one) for one in documents) for reference, documents in found.items()}


def _link(receipt: Receipt) -> Document:
    title = OF_GIFTS.get(receipt.kind) if receipt.about == "gift" else None
    return Document(title or TITLES[receipt.kind], receipt.number, url_for("receipts.page", number=receipt.number))
