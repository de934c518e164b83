"""A room's recording: who agreed, when it ran, and the pieces it is joined from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model, enum_by_value


class Joined(StrEnum):
    """How far the one file is that both may have."""

    NOT_YET = "not_yet"
    JOINING = "joining"
    READY = "ready"
    EMPTY = "empty"
    FAILED = "failed"


class Recording(Model):
    """One per room, made when everybody is first asked: by the mentor's tap on Record, or by their setting.

    `wanted_at` is set while a recording is wanted; whether it runs depends on who is there and has agreed, and stands in the
    stretches. `recorder_id` is whose browser records. `heard_at` is when a piece last came in. `asked_at` is when a worker was
    last asked to join it, `joining_at` when one last gave a sign; `chapters` is [{"at": seconds, "title": words}].

    From `gone_at` on nobody may see it any more: `deleted_by` one of those in it, or None when its time was over. `erased_at` is
    when its bytes were removed, which an open report may put off (recording_store.py).
    """

    __tablename__ = "recordings"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), unique=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    wanted_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_declined: Mapped[bool] = mapped_column(default=False)
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    heard_at: Mapped[datetime | None]
    joined: Mapped[Joined] = mapped_column(enum_by_value(Joined), default=Joined.NOT_YET, index=True)
    joining_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    progress: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    chapters: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    file_key: Mapped[str] = mapped_column(String(120), default="")
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    pieces_kept: Mapped[bool] = mapped_column(default=True)
    gone_at: Mapped[datetime | None]
    deleted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    erased_at: Mapped[datetime | None]


class RecordingConsent(Model):
    """Somebody agreed to be recorded in this room; taken away when they stop the recording."""

    __tablename__ = "recording_consents"
    __table_args__ = (UniqueConstraint("recording_id", "user_id"),)

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    agreed_at: Mapped[datetime]


class RecordingStretch(Model):
    """A time in which the recording ran by everybody's will. What lies between two was left out on purpose."""

    __tablename__ = "recording_stretches"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecordingTerm(Model):
    """A time in which one person's browser was named to record. `unable_tab` is the page that said it cannot (any more); empty
    while none has.
    """

    __tablename__ = "recording_terms"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    unable_tab: Mapped[str] = mapped_column(String(64), default="")


class RecordingSegment(Model):
    """What one browser captured without a break, under its own id. `chunks` have come, of `expected` (None: not known yet)."""

    __tablename__ = "recording_segments"
    __table_args__ = (UniqueConstraint("recording_id", "client_id"),)

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    recorder_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(80))
    began_at: Mapped[datetime]
    chunks: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int | None]
    size: Mapped[int] = mapped_column(default=0)

    @property
    def is_whole(self) -> bool:
        """Has everything come that its browser captured?"""
        return self.expected is not None and self.chunks >= self.expected


class RecordingChunk(Model):
    """A second or two of a segment, as it lies in the store."""

    __tablename__ = "recording_chunks"
    __table_args__ = (UniqueConstraint("segment_id", "number"),)

    segment_id: Mapped[int] = mapped_column(ForeignKey("recording_segments.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
