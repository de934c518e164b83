"""Somebody says that the measured outcome is not the whole story: what they want, both sides' words, what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money


class DisputeKind(StrEnum):
    """What it is about."""

    REFUND = "refund"  # a learner wants (a part of) what is held; it is not released meanwhile
    STRIKE = "strike"  # a mentor appeals against a strike; money that has gone back is not taken again


class DisputeReason(StrEnum):
    """Why, as chosen by whoever opened it."""

    LATE_OR_AWAY = "late_or_away"
    TECHNICAL = "technical"
    NOT_AS_DESCRIBED = "not_as_described"
    CONDUCT = "conduct"
    I_WAS_THERE = "i_was_there"
    OTHER = "other"


class DisputeState(StrEnum):
    """How far it has come."""

    OPEN = "open"  # the other side has not said anything
    ANSWERED = "answered"  # both have spoken; without an agreement an admin decides
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class DisputeEnding(StrEnum):
    """How it was settled."""

    AGREED = "agreed"
    NO_ANSWER = "no_answer"  # silence for a week: the claim is granted
    DECIDED = "decided"  # by an admin


LIVE_DISPUTE = (DisputeState.OPEN, DisputeState.ANSWERED)
"""States in which something is still to be done, and in which what is held stays held."""

_COUNTS = text(f"state != '{DisputeState.WITHDRAWN.value}'")


class Dispute(Model):
    """One claim about one booking. The settlement stays as it was measured; what is decided here is added to it.

    The partial index is the guard: one live or settled dispute per booking and kind. A withdrawn one may be opened again.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        Index("uq_disputes_booking", "booking_id", "kind", unique=True, sqlite_where=_COUNTS, postgresql_where=_COUNTS),
        Index("ix_disputes_state", "state"),
        CheckConstraint("wanted_minor >= 0", name="wanted"),
        CheckConstraint("decided_minor IS NULL OR decided_minor >= 0", name="decided"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), index=True)
    kind: Mapped[DisputeKind] = mapped_column(enum_by_value(DisputeKind))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[DisputeReason] = mapped_column(enum_by_value(DisputeReason))
    state: Mapped[DisputeState] = mapped_column(enum_by_value(DisputeState), default=DisputeState.OPEN)
    wanted_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    answer_by: Mapped[datetime]
    decide_by: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When whoever has to answer was told that their week is nearly over."""
    late_told_at: Mapped[datetime | None]
    decided_minor: Mapped[int | None]
    is_strike_lifted: Mapped[bool] = mapped_column(default=False)
    ending: Mapped[DisputeEnding | None] = mapped_column(enum_by_value(DisputeEnding))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    statements: Mapped[list["DisputeStatement"]] = relationship(order_by="DisputeStatement.id")

    @property
    def is_live(self) -> bool:
        """Whether something is still to be done."""
        return self.state in LIVE_DISPUTE

    @property
    def is_about_money(self) -> bool:
        """Whether a sum is asked for: not in an appeal, nor when somebody reports a session that was free."""
        return self.kind is DisputeKind.REFUND and self.wanted_minor > 0

    @property
    def wanted(self) -> Money:
        """What the opener asks for, on top of what has gone back."""
        return Money(self.wanted_minor, self.currency)

    @property
    def refund(self) -> Money:
        """What goes back because of it; nothing before it is settled."""
        return Money(self.decided_minor or 0, self.currency)


class DisputeStatement(Model):
    """What one of the two said, and what they would agree to with it; never changed. A later offer replaces an earlier one."""

    __tablename__ = "dispute_statements"

    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    words: Mapped[str] = mapped_column(Text)
    offer_minor: Mapped[int | None]
    at: Mapped[datetime]
