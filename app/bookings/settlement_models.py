"""What was decided about the money of one booking, by presence or by canceling, with everything it was decided from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money


class Verdict(StrEnum):
    """What became of a session, for one learner (R10, R10b; cancellation_terms.py)."""

    TAUGHT = "taught"
    CUT_SHORT = "cut_short"  # the mentor was away or had put them out, or the technique failed; that part goes back
    MENTOR_ABSENT = "mentor_absent"
    LEARNER_ABSENT = "learner_absent"
    BOTH_ABSENT = "both_absent"
    TECHNICAL = "technical"  # somebody tried to come in and could not
    CANCELED_BY_LEARNER = "canceled_by_learner"  # before the start, by the policy it was booked under
    CANCELED_BY_MENTOR = "canceled_by_mentor"  # before the start; all of it goes back
    MENTOR_SUSPENDED = "mentor_suspended"  # their account was closed by us; all of it goes back


class Settlement(Model):
    """Decided once per booking, never changed: seconds measured in the room, and what follows from them.

    `lost_seconds` is what the learner was there for, or cut off from, without the mentor; `removed_seconds` how long they were out
    because the mentor had asked them to leave; `notice_seconds` how long before the start it was canceled (None when it was not);
    `refund_minor` goes back.
    """

    __tablename__ = "settlements"
    __table_args__ = (CheckConstraint("refund_minor >= 0 AND refund_minor <= price_minor", name="refund"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), unique=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(enum_by_value(Verdict))
    duration_seconds: Mapped[int]
    both_seconds: Mapped[int]
    mentor_away_seconds: Mapped[int]
    technical_seconds: Mapped[int]
    removed_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    lost_seconds: Mapped[int]
    notice_seconds: Mapped[int | None]
    price_minor: Mapped[int]
    refund_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    is_strike: Mapped[bool]
    decided_at: Mapped[datetime]

    @property
    def price(self) -> Money:
        """What the learner had paid."""
        return Money(self.price_minor, self.currency)

    @property
    def refund(self) -> Money:
        """What goes back to them."""
        return Money(self.refund_minor, self.currency)
