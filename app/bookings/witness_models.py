"""What both browsers say of a time in which the server heard nobody: the room's only evidence that is not its own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model


class SilentGap(Model):
    """A stretch in which the server heard nothing of anybody in a room in which several were: from the last beat of anybody to
    the first who came back. It was the server, or its line, that was away, for one person's line takes one person's beats."""

    __tablename__ = "silent_gaps"
    __table_args__ = (UniqueConstraint("lesson_id", "began_at"), CheckConstraint("ended_at > began_at", name="length"))

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]

    @property
    def seconds(self) -> float:
        """How long it was; nobody is credited more."""
        return (self.ended_at - self.began_at).total_seconds()


class MediaReport(Model):
    """For how many seconds of a gap one browser received another person's sound or picture. The first word stands."""

    __tablename__ = "media_reports"
    __table_args__ = (UniqueConstraint("gap_id", "reporter_id", "about_id"), CheckConstraint("seconds >= 0", name="seconds"))

    gap_id: Mapped[int] = mapped_column(ForeignKey("silent_gaps.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    about_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seconds: Mapped[int]
