"""Where a mentor's money goes, and each time it went."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import EncryptedText, Model, enum_by_value
from app.kernel.money import Money
from app.payments.providers.base import Readiness


class PayoutMethod(Model):
    """A mentor's bank account or UPI ID; the details are encrypted, the label shows the last characters only.

    The first one is usable at once, every later one from `usable_from` on: whoever stole a sign-in cannot empty the account today.
    """

    __tablename__ = "payout_methods"
    __table_args__ = (UniqueConstraint("mentor_id", "lookup"),)

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    provider: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(60))
    token: Mapped[str] = mapped_column(EncryptedText)
    lookup: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    usable_from: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """Since when the provider cannot pay there; empty while it can."""


class PayoutAccount(Model):
    """A mentor's account at a provider on whose own page they say who they are; there is one from the moment it is asked for.

    The row is committed before the provider is called: an answer that is lost is looked up, never asked for twice.
    """

    __tablename__ = "payout_accounts"
    __table_args__ = (
        UniqueConstraint("mentor_id", "provider"),
        UniqueConstraint("provider", "lookup"),
        Index("ix_payout_accounts_look_at", "look_at"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    provider: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    keyed_at: Mapped[datetime]
    """When an account was first asked for with this key."""
    token: Mapped[str | None] = mapped_column(EncryptedText)
    """Its name at the provider; empty until that is known."""
    lookup: Mapped[str | None] = mapped_column(String(64))
    readiness: Mapped[Readiness] = mapped_column(enum_by_value(Readiness), default=Readiness.UNFINISHED)
    missing: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    wanted_at: Mapped[datetime]
    """When the mentor last said, with their password, that money shall go this way."""
    look_at: Mapped[datetime]
    """When the provider is asked about it again, though nothing was told."""


class PayoutState(StrEnum):
    """How far a withdrawal has come."""

    WANTED = "wanted"  # written down; the provider has not been asked
    SENT = "sent"  # the provider has been asked, or was about to be
    PAID = "paid"
    RETURNED = "returned"  # it did not arrive: the mentor may withdraw it again


UNDER_WAY = (PayoutState.WANTED, PayoutState.SENT)
"""States a sweep still has to do with."""


class Payout(Model):
    """One withdrawal: from the moment it is written the money is no longer available; what was chosen is copied and stays."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_payouts_state", "state"),
        Index("ix_payouts_mentor_id_wanted_at", "mentor_id", "wanted_at"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(60))
    token: Mapped[str] = mapped_column(EncryptedText)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    provider: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60), unique=True)
    state: Mapped[PayoutState] = mapped_column(enum_by_value(PayoutState), default=PayoutState.WANTED)
    reason: Mapped[str] = mapped_column(String(40), default="")
    wanted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]
    provider_payout_id: Mapped[str | None] = mapped_column(String(80))

    @property
    def amount(self) -> Money:
        """What is withdrawn."""
        return Money(self.amount_minor, self.currency)
