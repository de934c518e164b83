"""Tables of availability: the week and its rules, and what differs between two days."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model, enum_by_value


class Availability(Model):
    """A mentor's weekly hours and rules. Buffers, notice and step in minutes; horizon in days.

    Its row is the lock under which slots of this mentor are booked, so that buffers and limits hold in a race too.
    """

    __tablename__ = "availabilities"
    __table_args__ = (
        CheckConstraint("buffer_before >= 0 AND buffer_after >= 0 AND notice >= 0", name="rules"),
        CheckConstraint("horizon BETWEEN 1 AND 365", name="horizon"),
        CheckConstraint("step BETWEEN 5 AND 240", name="step"),
        CheckConstraint("daily_limit IS NULL OR daily_limit > 0", name="daily_limit"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    timezone: Mapped[str] = mapped_column(String(64))
    weekly: Mapped[dict[str, list[list[int]]]] = mapped_column(JSON, default=dict)
    """Weekday ("0" is Monday) → [from, until] in minutes of the wall clock."""
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    notice: Mapped[int] = mapped_column(default=120)
    horizon: Mapped[int] = mapped_column(default=60)
    daily_limit: Mapped[int | None]
    step: Mapped[int] = mapped_column(default=30)
    changed_at: Mapped[datetime]


class DeviationKind(StrEnum):
    """How some days differ from the week."""

    HOURS = "hours"
    TRAVEL = "travel"
    AWAY = "away"


class Deviation(Model):
    """Between two days (both counted, days of the mentor's own clock) something else holds than in the week.

    hours: `ranges` instead of the week's (none: closed). travel: the hours are meant in `timezone`. away: nobody is taught,
    learners read `message`.
    """

    __tablename__ = "deviations"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="order"),
        Index("ix_deviations_mentor_id_last_day", "mentor_id", "last_day"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[DeviationKind] = mapped_column(enum_by_value(DeviationKind))
    first_day: Mapped[date]
    last_day: Mapped[date]
    ranges: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    timezone: Mapped[str] = mapped_column(String(64), default="")
    message: Mapped[str] = mapped_column(String(280), default="")
    created_at: Mapped[datetime]
