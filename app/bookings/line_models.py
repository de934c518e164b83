"""The waiting list of a fully booked session ("line" in code, because "waiting" is what people do for somebody late)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model, enum_by_value
from app.lessons.models import Lesson


class EntryState(StrEnum):
    """Where somebody in a waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    PASSED = "passed"
    LEFT = "left"


IN_LINE = (EntryState.WAITING, EntryState.OFFERED)
_LIVE = text("state IN ('waiting', 'offered')")


class WaitingEntry(Model):
    """Somebody would like a seat of a lesson that has none. Offered: `booking_id` holds one for them until `offered_until`."""

    __tablename__ = "waiting_entries"
    __table_args__ = (
        Index("uq_waiting_entries_in_line", "lesson_id", "learner_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_waiting_entries_state", "state"),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    lesson: Mapped[Lesson] = relationship(lazy="joined", innerjoin=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    learner: Mapped[User] = relationship()
    state: Mapped[EntryState] = mapped_column(enum_by_value(EntryState), default=EntryState.WAITING)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"), index=True)
    offered_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
