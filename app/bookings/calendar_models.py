"""What calendars outside know of a booking, and the private addresses they read from."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import EncryptedText, Model


class CalendarEntry(Model):
    """A booking as an event of a calendar: one UID for ever, and a sequence that rises whenever what is told changes.

    `fingerprint` is what was told last; comparing it with the booking makes it impossible to forget to raise the sequence.
    """

    __tablename__ = "calendar_entries"

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), unique=True)
    uid: Mapped[str] = mapped_column(String(300), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]


class CalendarFeed(Model):
    """One person's private address for calendar programs: found by the token's hash, shown again to its owner only."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
