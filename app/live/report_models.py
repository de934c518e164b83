"""Somebody reports somebody they met in a room."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model, enum_by_value
from app.live.models import Room


class ReportReason(StrEnum):
    """What was wrong, as chosen."""

    RUDE = "rude"
    UNWANTED = "unwanted"
    UNSAFE = "unsafe"
    SCAM = "scam"
    OTHER = "other"


class PersonReport(Model):
    """One report, read by admins alone; chat, presence and whiteboard of the room are the evidence, and stay.

    `booking_id` is the reporter's own: its money is not released before an admin has decided. `handed_at`: this was seen to.
    """

    __tablename__ = "person_reports"
    __table_args__ = (
        UniqueConstraint("room_id", "reporter_id", "person_id"),
        CheckConstraint("reporter_id != person_id", name="other"),
        Index("ix_person_reports_closed_at", "closed_at"),
    )

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    room: Mapped[Room] = relationship(lazy="joined", innerjoin=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reporter: Mapped[User] = relationship(foreign_keys=reporter_id, lazy="joined", innerjoin=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    person: Mapped[User] = relationship(foreign_keys=person_id, lazy="joined", innerjoin=True)
    reason: Mapped[ReportReason] = mapped_column(enum_by_value(ReportReason))
    words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
