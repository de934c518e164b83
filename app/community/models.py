"""Reviews."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model


class Review(Model):
    """What one of the two says of the other after a session; both become readable together (R29)."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("booking_id", "author_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    author: Mapped[User] = relationship(foreign_keys=author_id, lazy="joined", innerjoin=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    stars: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class ReviewTag(Model):
    """A one-tap word of a review; tags.py knows them."""

    __tablename__ = "review_tags"
    __table_args__ = (UniqueConstraint("review_id", "tag"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    tag: Mapped[str] = mapped_column(String(20))
