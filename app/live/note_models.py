"""What somebody writes down for themselves in a session."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model


class SessionNote(Model):
    """One person's own notes of one session; nobody else reads them."""

    __tablename__ = "session_notes"
    __table_args__ = (UniqueConstraint("room_id", "user_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]
