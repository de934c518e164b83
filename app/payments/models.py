"""Payments, their attempts and refunds, saved methods, and the ledger."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.model import EncryptedText, Model, enum_by_value
from app.kernel.money import Money


class PaymentState(StrEnum):
    """Where the money of one payment is."""

    STARTED = "started"  # the seat is held; no provider has said yes
    CHECKING = "checking"  # the provider was asked and did not answer; we ask again with the same key
    REQUIRES_ACTION = "requires_action"  # the payer is to approve it at their bank or in an app; nothing is taken yet
    PROCESSING = "processing"  # the provider says it is on its way
    AUTHORIZED = "authorized"  # held on a card, not taken
    CAPTURED = "captured"  # ours to hold
    CANCELED = "canceled"  # nothing was taken
    REFUNDED = "refunded"  # all of it went back


SECURED = (PaymentState.PROCESSING, PaymentState.AUTHORIZED, PaymentState.CAPTURED)
"""States in which a provider has said yes, so that a seat may wait for the mentor."""


NOT_REACHED = "not_reached"
"""The decline code of a call that never arrived: it took nothing and is no try."""


class Payment(Model):
    """Somebody pays for something once; each try is an attempt of its own."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("purpose", "reference"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_payments_state", "state"),
    )

    purpose: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(40))
    payer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    provider: Mapped[str] = mapped_column(String(20))
    state: Mapped[PaymentState] = mapped_column(enum_by_value(PaymentState), default=PaymentState.STARTED)
    method_label: Mapped[str] = mapped_column(String(60), default="")
    provider_payment_id: Mapped[str | None] = mapped_column(String(80), index=True)
    capture_wanted_at: Mapped[datetime | None]
    captured_at: Mapped[datetime | None]
    charged_back_at: Mapped[datetime | None]
    charged_back_minor: Mapped[int | None]
    """What the payer's bank took back, past all of us, and when we heard of it."""
    put_back_at: Mapped[datetime | None]
    put_back_minor: Mapped[int | None]
    """What it put back after a dispute that we won."""
    ask_again_at: Mapped[datetime | None]
    """Until when a payment that is on its way is left alone by the sweep; a provider's own message is heard at any time."""
    created_at: Mapped[datetime]
    attempts: Mapped[list["PaymentAttempt"]] = relationship(order_by="PaymentAttempt.number")
    refunds: Mapped[list["Refund"]] = relationship(order_by="Refund.id")

    @property
    def amount(self) -> Money:
        """What is paid in all."""
        return Money(self.amount_minor, self.currency)

    @property
    def charged_back(self) -> Money:
        """What the payer's bank took back."""
        return Money(self.charged_back_minor or 0, self.currency)

    @property
    def put_back(self) -> Money:
        """What it put back again."""
        return Money(self.put_back_minor or 0, self.currency)

    @property
    def is_gone(self) -> bool:
        """Whether it lies with the payer's bank now."""
        return self.charged_back_at is not None and self.put_back_at is None

    @property
    def declines(self) -> int:
        """How many times a provider said a definite no; a call that never arrived is none."""
        return sum(attempt.is_decline for attempt in self.attempts)


class PaymentAttempt(Model):
    """One try with one instrument; its key makes a repeated call harmless at the provider."""

    __tablename__ = "payment_attempts"
    __table_args__ = (UniqueConstraint("payment_id", "number"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    instrument: Mapped[str | None] = mapped_column(EncryptedText)
    outcome: Mapped[str] = mapped_column(String(20), default="asked", index=True)
    decline_code: Mapped[str] = mapped_column(String(40), default="")
    action_url: Mapped[str | None] = mapped_column(Text)
    keep: Mapped[bool] = mapped_column(default=False)
    """Whether the payer asked to save the instrument."""
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    @property
    def is_decline(self) -> bool:
        """Whether it counts as a try: a definite no."""
        return self.outcome == "declined" and self.decline_code != NOT_REACHED


class RefundState(StrEnum):
    """How far money on its way back has come."""

    WANTED = "wanted"
    DONE = "done"
    FAILED = "failed"  # their bank had taken it back already: what was held for it covers that loss


class Refund(Model):
    """Money that goes back, some or all, from `due_at` on; a row found by a sweep, never a flag, so it cannot be forgotten."""

    __tablename__ = "refunds"
    __table_args__ = (UniqueConstraint("payment_id", "reason"), CheckConstraint("amount_minor > 0", name="amount"))

    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    amount_minor: Mapped[int]
    reason: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[RefundState] = mapped_column(enum_by_value(RefundState), default=RefundState.WANTED, index=True)
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class SavedMethod(Model):
    """A way to pay that somebody kept; the details are encrypted, the label shows the last characters only."""

    __tablename__ = "saved_methods"
    __table_args__ = (UniqueConstraint("user_id", "lookup"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    provider: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(60))
    token: Mapped[str] = mapped_column(EncryptedText)
    lookup: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]


class LedgerTransaction(Model):
    """Entries that belong together and sum to zero. Append only: the database refuses changes (first migration)."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (UniqueConstraint("kind", "reference"),)

    kind: Mapped[str] = mapped_column(String(30))
    reference: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    entries: Mapped[list["LedgerEntry"]] = relationship(lazy="selectin")


class LedgerEntry(Model):
    """Money into (positive) or out of (negative) one account, in minor units."""

    __tablename__ = "ledger_entries"

    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account: Mapped[str] = mapped_column(String(60), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
