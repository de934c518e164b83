"""Bookings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.bookings.dispute_models import Dispute
from app.bookings.policies import HOLD
from app.bookings.settlement_models import Settlement
from app.bookings.states import LIVE, BookingState
from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money
from app.lessons.models import CancelPolicy, Lesson
from app.payments.models import Payment

_LIVE = text("state IN ({})".format(", ".join(f"'{state.value}'" for state in LIVE)))
_UNRELEASED = text("release_at IS NOT NULL AND released_at IS NULL")
_CONFIRMED = text("state = 'confirmed'")


def _mentor_of_lesson(context: DefaultExecutionContext) -> int:
    return context.connection.execute(
        select(Lesson.mentor_id).where(Lesson.id == context.get_current_parameters()["lesson_id"])
    ).scalar_one()


class Booking(Model):
    """One learner's claim on one seat of one lesson.

    The two partial indexes are the guards in a race: one live claim per seat, one per learner.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        Index("uq_bookings_live_seat", "lesson_id", "seat_no", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("uq_bookings_live_learner", "lesson_id", "learner_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_bookings_state", "state"),
        Index("ix_bookings_mentor_id_state", "mentor_id", "state"),
        Index("ix_bookings_confirmed", "mentor_id", sqlite_where=_CONFIRMED, postgresql_where=_CONFIRMED),
        Index("ix_bookings_unreleased", "mentor_id", sqlite_where=_UNRELEASED, postgresql_where=_UNRELEASED),
        Index("ix_bookings_learner_id_requested_at", "learner_id", "requested_at"),
        CheckConstraint("seat_no >= 1", name="seat"),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    lesson: Mapped[Lesson] = relationship(lazy="joined", innerjoin=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), default=_mentor_of_lesson)
    """The lesson's, written down so that a mentor's money is found without reading all they ever taught."""
    learner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    learner: Mapped[User] = relationship(lazy="joined", innerjoin=True, foreign_keys=[learner_id])
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    payment: Mapped[Payment | None] = relationship(lazy="joined")
    settlement: Mapped[Settlement | None] = relationship(lazy="joined", viewonly=True)
    dispute: Mapped[Dispute | None] = relationship(
        lazy="joined",
        viewonly=True,
        primaryjoin="and_(Booking.id == Dispute.booking_id, Dispute.kind == 'refund', Dispute.state != 'withdrawn')",
    )
    """The one about its money, live or settled."""
    seat_no: Mapped[int]
    state: Mapped[BookingState] = mapped_column(enum_by_value(BookingState), default=BookingState.HELD)
    price_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(default=0)
    """What was taken off the mentor's price, at the mentor's cost; all money counts from price_minor, which is what is paid."""
    coupon_id: Mapped[int | None] = mapped_column(ForeignKey("coupons.id"), index=True)
    is_trial: Mapped[bool] = mapped_column(default=False)
    currency: Mapped[str] = mapped_column(String(3))
    fee_bps: Mapped[int]
    no_show_refund_pct: Mapped[int] = mapped_column(default=100)
    cancel_policy: Mapped[CancelPolicy] = mapped_column(enum_by_value(CancelPolicy), default=CancelPolicy.FLEXIBLE)
    """As it was when booked; what the session says later changes nothing."""
    canceled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    held_until: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When both last heard of the time it has: from a reminder, or because they agreed on it (policies.reminder_due)."""
    undo_until: Mapped[datetime | None]
    wait_until: Mapped[datetime | None]
    meet_again_by: Mapped[datetime | None]
    """After a technical failure: until when its money waits for another time (meeting_again.py)."""
    moved_at: Mapped[datetime | None]
    """When both agreed on the time it has now; presence from before belongs to the old time."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """What the learner wanted their mentor to know when booking."""
    taught_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def price(self) -> Money:
        """What the learner pays, as agreed when booking."""
        return Money(self.price_minor, self.currency)

    @property
    def list_price(self) -> Money:
        """The mentor's price, before anything was taken off."""
        return Money(self.price_minor + self.discount_minor, self.currency)

    @property
    def is_free(self) -> bool:
        """Whether there is nothing to pay: then there is no payment."""
        return self.price_minor == 0

    @property
    def kept(self) -> Money:
        """What of the price does not go back to the learner, as far as has been decided; fees are still in it."""
        kept = self.price if self.settlement is None else self.price - self.settlement.refund
        return kept if self.dispute is None else kept - self.dispute.refund

    @property
    def is_disputed(self) -> bool:
        """Whether what is held must stay held, because its two people do not agree yet."""
        return self.dispute is not None and self.dispute.is_live

    @property
    def was_offered(self) -> bool:
        """Whether the seat came from the waiting list: it was held for longer than anybody's ten minutes, and is not paid yet."""
        return self.requested_at is None and self.held_until - self.created_at > HOLD

    @property
    def is_live(self) -> bool:
        """Whether it still claims its seat."""
        return self.state in LIVE
