"""Receipts: numbered without gaps, written once, never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money


class ReceiptKind(StrEnum):
    """What a document says happened to the money."""

    RECEIPT = "receipt"  # a payer's money was taken
    CREDIT = "credit"  # some or all of it went back; names the receipt it takes from
    CHARGEBACK = "chargeback"  # the payer's bank took it back, past us; names the receipt it takes from
    PUT_BACK = "put_back"  # and put it back, so that the payment stands again; names the chargeback's document
    STRAY = "stray"  # money was taken beyond what was due
    STRAY_BACK = "stray_back"  # it is back; names the receipt of what was taken
    STATEMENT = "statement"  # a mentor's earnings became theirs, less the fee
    TIP = "tip"  # a gift became a mentor's, less the fee
    WITHDRAWAL = "withdrawal"  # a mentor's money arrived where they wanted it


class ReceiptCounter(Model):
    """The last number of one series (`R-2026`). Its row is locked while a number is taken, so that none is lost or given twice."""

    __tablename__ = "receipt_counters"

    series: Mapped[str] = mapped_column(String(12), unique=True)
    last: Mapped[int] = mapped_column(default=0)


class ReceiptWanted(Model):
    """Money has moved and its document is not written yet. Comes with the entries, goes with the document: never many rows.

    So whoever looks for what is missing reads this table, and never all that was ever paid.
    """

    __tablename__ = "receipts_wanted"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    kind: Mapped[ReceiptKind] = mapped_column(enum_by_value(ReceiptKind))
    subject_id: Mapped[int]


class Receipt(Model):
    """One document for one person. The database refuses changes (triggers of its migration); what was wrong gets a counter.

    `about` and `reference` say what the money was for; `subject_id` is the row it documents, by kind: a payment (of a receipt, a
    chargeback and what was put back), a refund, a stray charge (of both its kinds), a booking (of a statement), a gift or a
    withdrawal.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_receipts_person_id_about_reference", "person_id", "about", "reference"),
    )

    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[ReceiptKind] = mapped_column(enum_by_value(ReceiptKind))
    subject_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    cancels_id: Mapped[int | None] = mapped_column(ForeignKey("receipts.id"))
    about: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(40))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    wording: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Every text as it was when written (payments/receipts.py, Wording); nothing is read from elsewhere when it is shown."""
    issued_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What was taken, went back, or became the mentor's."""
        return Money(self.amount_minor, self.currency)
