"""What everybody in a session writes down together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model


class SharedNotes(Model):
    """One text for a room; `version` counts what was written."""

    __tablename__ = "shared_notes"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    updated_at: Mapped[datetime]
