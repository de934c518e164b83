"""Lessons, topics and busy time."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money


class LessonState(StrEnum):
    """Whether people may book it."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CancelPolicy(StrEnum):
    """What a learner who cancels gets back, by how early they do; the mentor chooses one per session."""

    FLEXIBLE = "flexible"
    MODERATE = "moderate"
    STRICT = "strict"


class Topic(Model):
    """Something that can be taught; one row per spelling-insensitive name."""

    __tablename__ = "topics"

    name: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(60), unique=True)


class LessonTopic(Model):
    """A topic of a lesson, in the mentor's order."""

    __tablename__ = "lesson_topics"
    __table_args__ = (UniqueConstraint("lesson_id", "topic_id"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), index=True)
    topic: Mapped[Topic] = relationship(lazy="joined")
    position: Mapped[int]


class Lesson(Model):
    """One live session a mentor offers at a fixed time, with seats for `capacity` learners."""

    __tablename__ = "lessons"
    __table_args__ = (
        CheckConstraint("duration_minutes BETWEEN 15 AND 240", name="duration"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("capacity BETWEEN 1 AND 3", name="capacity"),  # a mesh room holds the mentor and three more (R15)
        Index("ix_lessons_state_starts_at", "state", "starts_at"),
        Index("ix_lessons_mentor_id_starts_at", "mentor_id", "starts_at"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    mentor: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(64))
    duration_minutes: Mapped[int]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    capacity: Mapped[int] = mapped_column(default=1)
    thumbnail: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[LessonState] = mapped_column(enum_by_value(LessonState), default=LessonState.PUBLISHED)
    is_listed: Mapped[bool] = mapped_column(default=True)
    """Whether the catalog shows it; one that is not listed can be booked by whoever is led to it."""
    link_token: Mapped[str | None] = mapped_column(String(40), unique=True)
    """The secret part of a private session's address; None for one that everybody may see."""
    series_key: Mapped[str | None] = mapped_column(String(40), index=True)
    """Shared by the sessions that were published together, week after week."""
    answer_seconds: Mapped[int | None]
    """How long the mentor's answer may take; None for the usual day. Set for somebody who rings (bookings/ringing.py)."""
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"), index=True)
    """What it is a slot of (lessons/appointment_offers.py); None for a session with a time of its mentor's choice."""
    is_instant: Mapped[bool] = mapped_column(default=False)
    """Accepted at once, without the mentor's answer (R5)."""
    cancel_policy: Mapped[CancelPolicy] = mapped_column(enum_by_value(CancelPolicy), default=CancelPolicy.FLEXIBLE)
    search_text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    lesson_topics: Mapped[list[LessonTopic]] = relationship(
        order_by=LessonTopic.position, collection_class=ordering_list("position"), lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def price(self) -> Money:
        """What one seat costs."""
        return Money(self.price_minor, self.currency)

    @property
    def is_offered(self) -> bool:
        """Whether others can find it; one made for a single booking (a talk, a slot) is nobody else's."""
        return self.is_listed or self.link_token is not None

    @property
    def topics(self) -> list[Topic]:
        """Its topics, in the mentor's order."""
        return [entry.topic for entry in self.lesson_topics]

    @property
    def duration(self) -> timedelta:
        """How long it is meant to last."""
        return timedelta(minutes=self.duration_minutes)


class BusyTime(Model):
    """A stretch of a person's calendar that belongs to one lesson.

    Two stretches of one person may touch but never overlap: EXCLUDE on PostgreSQL, triggers on SQLite (first migration).
    """

    __tablename__ = "busy_times"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"), CheckConstraint("starts_at < ends_at", name="order"))

    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
