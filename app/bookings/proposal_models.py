"""Another time for a booking, proposed by one side and answered by the other."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.bookings.models import Booking
from app.kernel.model import Model, enum_by_value

MOST_PROPOSALS = 3
"""So often may the two of them, together, propose another time for one booking."""
_OPEN = text("state = 'open'")


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Proposal(Model):
    """A new time for one booking. Until it is accepted the old time holds; only one waits for an answer at a time.

    `number` counts the proposals of a booking from 1; the database refuses a fourth, and a second open one.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("booking_id", "number"),
        Index("uq_proposals_open", "booking_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_PROPOSALS}", name="number"),
        CheckConstraint("starts_at < ends_at", name="order"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    booking: Mapped[Booking] = relationship()
    number: Mapped[int]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(64))
    """The zone in which the time was meant."""
    note: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[ProposalState] = mapped_column(enum_by_value(ProposalState), default=ProposalState.OPEN)
    created_at: Mapped[datetime]
    answer_by: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer, as far as is written down."""
        return self.state is ProposalState.OPEN
