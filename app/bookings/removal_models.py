"""Whom a mentor has asked to leave a room: evidence beside the presence rows, because it decides the same money."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, exists, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from app.kernel.model import Model


class RoomRemoval(Model):
    """One person, out of one lesson's room from `removed_at` until the mentor lets them back (`lifted_at`).

    `asked_at` and `declined_at` are the latest wish to come back and the latest "Not now".
    """

    __tablename__ = "room_removals"
    __table_args__ = (
        Index(
            "uq_room_removals_standing",
            "lesson_id",
            "user_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    removed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    removed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]

    @property
    def is_asking(self) -> bool:
        """Whether a wish to come back waits for an answer."""
        if self.lifted_at is not None or self.asked_at is None:
            return False
        return self.declined_at is None or self.asked_at > self.declined_at


def is_out(lesson_id: int | InstrumentedAttribute[int], user_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Whether somebody is out of a room now, as a condition: one round trip with whatever else is asked."""
    standing = exists().where(RoomRemoval.lesson_id == lesson_id, RoomRemoval.user_id == user_id)
    return standing.where(RoomRemoval.lifted_at.is_(None))
