"""Notices and mails."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model


class Notice(Model):
    """Something one person should know; `reference` makes saying it twice impossible."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("user_id", "kind", "reference"), Index("ix_notices_user_id_id", "user_id", "id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    sound: Mapped[str] = mapped_column(String(20), default="none")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Mail(Model):
    """A mail to be sent; a row found by a sweep, so that a lost queue loses no mail."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_sent_at", "sent_at"),)

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    enclosure: Mapped[str] = mapped_column(String(60), default="")
    """What file goes along (notifications/enclosures.py); made when the mail is sent."""
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
