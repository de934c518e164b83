"""Gifts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.bookings.models import Booking
from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money, share
from app.payments.models import Payment


class GiftState(StrEnum):
    """Where a gift stands.

    started ──a provider said yes──▶ arriving ──a minute later──▶ final
       └──given up──▶ failed ◀──the money never came──┘ └──the giver took it back──▶ undone
    """

    STARTED = "started"
    ARRIVING = "arriving"
    FINAL = "final"
    UNDONE = "undone"
    FAILED = "failed"


GIVEN = (GiftState.ARRIVING, GiftState.FINAL)
"""States in which the mentor sees it."""
_UNRELEASED = text("released_at IS NULL")


class Gift(Model):
    """Money from a learner to the mentor of one of their sessions. The key comes from the dialog: pressing twice is one gift.

    `undo_until` is set when the money is here: until then, and for the minute after, the giver may take it back.
    """

    __tablename__ = "gifts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_gifts_state", "state"),
        Index("ix_gifts_unreleased", "mentor_id", "state", sqlite_where=_UNRELEASED, postgresql_where=_UNRELEASED),
        Index("ix_gifts_giver_id_created_at", "giver_id", "created_at"),
        Index("ix_gifts_mentor_id_created_at", "mentor_id", "created_at"),
    )

    giver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    giver: Mapped[User] = relationship(foreign_keys=[giver_id])
    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    mentor: Mapped[User] = relationship(foreign_keys=[mentor_id])
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    booking: Mapped[Booking] = relationship()
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    payment: Mapped[Payment | None] = relationship()
    key: Mapped[str] = mapped_column(String(60), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    fee_bps: Mapped[int]
    note: Mapped[str] = mapped_column(String(140), default="")
    is_private: Mapped[bool] = mapped_column(default=False)
    """The mentor reads "Somebody" instead of the giver's name."""
    state: Mapped[GiftState] = mapped_column(enum_by_value(GiftState), default=GiftState.STARTED)
    undo_until: Mapped[datetime | None]
    available_at: Mapped[datetime | None]
    """From when the mentor may withdraw it; set when it is final."""
    released_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What the giver pays."""
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money:
        """The platform's part, rounded down."""
        return share(self.amount, self.fee_bps)

    @property
    def net(self) -> Money:
        """What the mentor gets: the rest, by one subtraction."""
        return self.amount - self.fee
