"""Tables of what mentors teach by appointment."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money
from app.lessons.models import CancelPolicy, Topic


class OfferState(StrEnum):
    """Whether people may book it."""

    OPEN = "open"
    PAUSED = "paused"


class OfferTopic(Model):
    """A topic of an offer, in the mentor's order."""

    __tablename__ = "offer_topics"
    __table_args__ = (UniqueConstraint("offer_id", "topic_id"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    topic: Mapped[Topic] = relationship(lazy="joined")
    position: Mapped[int]


class Offer(Model):
    """Something a mentor teaches whenever they are free; the learner chooses the time. A booked slot is a Lesson of its own."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 15 AND 240", name="duration"),
        CheckConstraint("price_minor > 0", name="price"),
        Index("ix_offers_mentor_id_state", "mentor_id", "state"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    mentor: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    duration_minutes: Mapped[int]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    is_instant: Mapped[bool] = mapped_column(default=False)
    cancel_policy: Mapped[CancelPolicy] = mapped_column(enum_by_value(CancelPolicy), default=CancelPolicy.FLEXIBLE)
    state: Mapped[OfferState] = mapped_column(enum_by_value(OfferState), default=OfferState.OPEN)
    created_at: Mapped[datetime]
    offer_topics: Mapped[list[OfferTopic]] = relationship(
        order_by=OfferTopic.position, collection_class=ordering_list("position"), lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def price(self) -> Money:
        """What one session costs."""
        return Money(self.price_minor, self.currency)

    @property
    def topics(self) -> list[Topic]:
        """Its topics, in the mentor's order."""
        return [entry.topic for entry in self.offer_topics]

    @property
    def answer_seconds(self) -> None:
        """How long the mentor's answer may take: the usual day, as for any session that nobody rings for."""
        return None
