"""Who wants nothing more to do with whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model


class Block(Model):
    """One person has blocked another; taken back, the row is gone."""

    __tablename__ = "blocks"
    __table_args__ = (UniqueConstraint("blocker_id", "blocked_id"), CheckConstraint("blocker_id != blocked_id", name="other"))

    blocker_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    blocked_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    blocked: Mapped[User] = relationship(foreign_keys=blocked_id, lazy="joined", innerjoin=True)
    created_at: Mapped[datetime]
