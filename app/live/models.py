"""The room of a lesson, what is said in it, and what of its topics is covered."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model
from app.lessons.models import Lesson


class Room(Model):
    """Where one lesson happens. The mentor's End sets `ending_at`, ten seconds ahead; `ended_at` follows, or the hard stop."""

    __tablename__ = "rooms"

    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), unique=True)
    lesson: Mapped[Lesson] = relationship(lazy="joined", innerjoin=True)
    opened_at: Mapped[datetime | None]
    ending_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class CoveredTopic(Model):
    """A topic the mentor ticked off; taken back, the row is gone."""

    __tablename__ = "covered_topics"
    __table_args__ = (UniqueConstraint("room_id", "topic_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    covered_at: Mapped[datetime]


class RoomMessage(Model):
    """A chat line; the sender's own id for it makes a resend a no-op."""

    __tablename__ = "room_messages"
    __table_args__ = (UniqueConstraint("sender_id", "client_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sender: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    client_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    file: Mapped["RoomFile | None"] = relationship(lazy="joined")


class RoomFile(Model):
    """A file that was kept with a session, hung on the chat line that tells of it; its bytes lie in a folder under `key`."""

    __tablename__ = "room_files"

    message_id: Mapped[int] = mapped_column(ForeignKey("room_messages.id"), unique=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class Whiteboard(Model):
    """What a room's log of deeds amounts to: the number of the latest one, the pages there are, drawings and bytes ever stored.

    While `locked_at` says since when, only the mentor draws.
    """

    __tablename__ = "whiteboards"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=1)
    drawings: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]


class BoardDeed(Model):
    """One deed on the whiteboard, never changed: undoing is another deed. `data` is JSON, as board_messages.Draw says."""

    __tablename__ = "board_deeds"
    __table_args__ = (UniqueConstraint("room_id", "number"), UniqueConstraint("sender_id", "client_id"))

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    number: Mapped[int]
    sender_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    page: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    data: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime]
