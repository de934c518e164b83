"""The books of money that people move: who was asked to pay what, what the bank says has come, and what is to be sent."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import EncryptedText, Model, enum_by_value
from app.kernel.money import Money


class ManualState(StrEnum):
    """What became of asking somebody for a transfer."""

    WAITING = "waiting"
    ARRIVED = "arrived"
    EXPIRED = "expired"  # it did not come in time; should it come later, it still counts as come
    CANCELED = "canceled"


class ManualPayment(Model):
    """Somebody was asked to send a sum with a reference number; `account` is theirs, where money would go back to."""

    __tablename__ = "manual_payments"
    __table_args__ = (Index("ix_manual_payments_state_expires_at", "state", "expires_at"),)

    key: Mapped[str] = mapped_column(String(40), unique=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    payer: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    account: Mapped[str] = mapped_column(EncryptedText)
    account_label: Mapped[str] = mapped_column(String(60))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[ManualState] = mapped_column(enum_by_value(ManualState), default=ManualState.WAITING)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What was asked for."""
        return Money(self.amount_minor, self.currency)


class LineState(StrEnum):
    """What became of money that a statement says has come."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    SENT_BACK = "sent_back"  # it goes, or went, back to whoever sent it
    SET_ASIDE = "set_aside"  # no payer's money: the bank's interest, a transfer of our own


class StatementLine(Model):
    """One incoming line of a bank statement. `payment_id` is the payment it paid, `named_id` the one its text names."""

    __tablename__ = "statement_lines"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"), Index("ix_statement_lines_state", "state"))

    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    booked_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(EncryptedText)
    source: Mapped[str] = mapped_column(String(100))
    imported_at: Mapped[datetime]
    state: Mapped[LineState] = mapped_column(enum_by_value(LineState))
    reason: Mapped[str] = mapped_column(String(30), default="")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("manual_payments.id"), unique=True)
    named_id: Mapped[int | None] = mapped_column(ForeignKey("manual_payments.id"), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    @property
    def amount(self) -> Money:
        """What came."""
        return Money(self.amount_minor, self.currency)


class TransferKind(StrEnum):
    """Why money is to be sent."""

    REFUND = "refund"
    WITHDRAWAL = "withdrawal"
    SENT_BACK = "sent_back"  # it belonged to no payment


class TransferState(StrEnum):
    """How far it has come."""

    WANTED = "wanted"
    RETURNED = "returned"  # the bank did not take it; it is still owed, to another account
    DONE = "done"
    FAILED = "failed"  # a withdrawal that did not arrive: the mentor has it back


OWED = (TransferState.WANTED, TransferState.RETURNED)


class HandTransfer(Model):
    """Something a person is to pay out by hand, once per key; `charge` is what a refund is taken from."""

    __tablename__ = "hand_transfers"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"), Index("ix_hand_transfers_state", "state"))

    key: Mapped[str] = mapped_column(String(60), unique=True)
    purpose: Mapped[TransferKind] = mapped_column(enum_by_value(TransferKind))
    charge: Mapped[str] = mapped_column(String(80), default="", index=True)
    kind: Mapped[str] = mapped_column(String(10))
    account: Mapped[str] = mapped_column(EncryptedText)
    account_label: Mapped[str] = mapped_column(String(60))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    words: Mapped[str] = mapped_column(String(40))
    state: Mapped[TransferState] = mapped_column(enum_by_value(TransferState), default=TransferState.WANTED)
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200), default="")
    returns: Mapped[int] = mapped_column(default=0)
    """How often the bank has not taken it."""
    bank_reference: Mapped[str] = mapped_column(String(80), default="")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @property
    def amount(self) -> Money:
        """What is to be sent."""
        return Money(self.amount_minor, self.currency)
