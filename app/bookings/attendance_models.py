"""Who was in the room and when: the evidence behind the timer, the money and the badges."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model, enum_by_value

GRACE = timedelta(seconds=8)
"""How long after the last heartbeat (one every 5 s) somebody still counts as there."""


class Span(NamedTuple):
    """A stretch of time, both ends aware."""

    start: datetime
    end: datetime


class Closing(StrEnum):
    """How an interval came to its end."""

    LEFT = "left"
    VANISHED = "vanished"
    MOVED = "moved"
    ENDED = "ended"
    REMOVED = "removed"  # the mentor asked them to leave


class Link(StrEnum):
    """The worst that a browser saw of its lines to the others between two beats: all well, our picture made smaller, our sound
    alone, theirs standing still."""

    GOOD = "good"
    LOWERED = "lowered"
    SOUND = "sound"
    STALLED = "stalled"


class PresenceInterval(Model):
    """One person in one lesson's room without a gap. `connection` keeps it alive; `detached_at` is set when that one broke.

    The link_… columns count the beats that told of a link like that; alone in the room there is none to tell of.
    """

    __tablename__ = "presence_intervals"
    __table_args__ = (
        Index(
            "uq_presence_intervals_open",
            "lesson_id",
            "user_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    tab: Mapped[str] = mapped_column(String(64))
    connection: Mapped[str] = mapped_column(String(64))
    joined_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    detached_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    closing: Mapped[Closing | None] = mapped_column(enum_by_value(Closing))
    link_good: Mapped[int] = mapped_column(default=0, server_default="0")
    link_lowered: Mapped[int] = mapped_column(default=0, server_default="0")
    link_sound: Mapped[int] = mapped_column(default=0, server_default="0")
    link_stalled: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def alive_until(self) -> datetime:
        """The moment up to which this row vouches for the person."""
        return self.left_at or self.last_seen_at + GRACE

    def span(self, at: datetime) -> Span:
        """The stretch known at a moment; an open one never reaches past its last heartbeat and the grace."""
        return Span(self.joined_at, max(self.joined_at, min(at, self.alive_until)))

    def count(self, link: Link) -> None:
        """One more beat that told of such a link."""
        column = f"link_{link.value}"
        setattr(self, column, (getattr(self, column) or 0) + 1)

    def close(self, at: datetime, closing: Closing) -> None:
        """End it, once; never later than it was vouched for."""
        self.left_at, self.closing = max(self.joined_at, min(at, self.last_seen_at + GRACE)), closing


class JoinAttempt(Model):
    """Somebody with a seat opened the room's page; `entered_at` stays empty when they never got in."""

    __tablename__ = "join_attempts"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
