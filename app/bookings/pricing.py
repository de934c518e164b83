"""What one learner pays for one seat: the mentor's price, less a code or what the mentor takes off a first session.

The mentor pays for it: all money flows count from what is paid. How often a code was used is counted in its bookings behind its
lock, so a use comes back by itself when its booking comes to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, TooMany
from app.kernel.money import Money
from app.lessons.appointment_offer_models import Offer
from app.lessons.discount_models import Coupon, Trial
from app.lessons.discounts import find_coupon, trial_of
from app.lessons.models import Lesson
from app.payments.models import Payment, PaymentAttempt, PaymentState
from app.payments.payout_methods import lock_money_of

ForSale = Lesson | Offer
"""What a seat is bought in: a session, or an offer by appointment whose slot becomes one."""

MOST_FREE = 3
"""Free seats one learner may claim at the same time: they cost nothing to take, and keep others out."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a seat costs somebody: the price of all, what is taken off, and why."""

    list_price: Money
    discount: Money
    coupon: Coupon | None = None
    is_trial: bool = False

    @property
    def price(self) -> Money:
        """What is paid."""
        return self.list_price - self.discount

    @property
    def is_free(self) -> bool:
        """Whether there is nothing to pay."""
        return self.price.is_zero


def quote(learner: User | None, sold: ForSale, code: str = "", *, lock: bool = False) -> Quote:
    """What a seat costs now; Invalid with a sentence for "code". With `lock`, inside the transaction that claims the seat.

    A code and a first session are not added up: what takes off more counts. A talk that somebody rings for costs what it says.
    """
    price = sold.price
    plain = Quote(price, price - price)
    if learner is None or price.is_zero or sold.answer_seconds is not None:
        if code.strip():
            raise Invalid(fields={"code": "A code does not work here. Keep it for another session."})
        return plain
    if lock:
        lock_money_of(learner)
    trial = trial_of(sold.mentor_id)
    best = plain
    if trial is not None and is_first_with(learner, sold.mentor_id):
        best = Quote(price, trial.off(price), is_trial=True)
    if code.strip():
        coupon = _usable(learner, sold, code, lock=lock)
        if coupon.off(price) > best.discount:
            best = Quote(price, coupon.off(price), coupon=coupon)
    return best


def require_few_free(learner: User) -> None:
    """Raises TooMany when a free seat just claimed is one more than somebody may have; behind the lock of their row."""
    lock_money_of(learner)
    free = (Booking.learner_id == learner.id) & (Booking.price_minor == 0) & Booking.state.in_(LIVE)
    if (db.session.scalar(select(func.count()).select_from(Booking).where(free)) or 0) > MOST_FREE:
        raise TooMany("You have three free sessions ahead. Take one of them, or let one go first.", code="too_many_free")


def is_first_with(learner: User, mentor_id: int) -> bool:
    """Whether somebody has no booking with a mentor that is live or was kept."""
    query = select(Booking.id).join(Booking.lesson).where(Booking.learner_id == learner.id, Lesson.mentor_id == mentor_id)
    return db.session.scalar(query.where(_counts()).limit(1)) is None


def first_prices(viewer: User | None, lessons: Sequence[Lesson]) -> dict[int, Money]:
    """What sessions cost whoever has not met their mentor yet, by lesson, where that is less; one query for any number."""
    query = select(Trial).where(Trial.mentor_id.in_({lesson.mentor_id for lesson in lessons}))
    if viewer is not None:
        met = select(Booking.id).join(Lesson, Lesson.id == Booking.lesson_id)
        met = met.where(Booking.learner_id == viewer.id, Lesson.mentor_id == Trial.mentor_id, _counts())
        query = query.where(Trial.mentor_id != viewer.id, ~met.exists())
    trials = {trial.mentor_id: trial for trial in db.session.scalars(query)}
    priced = [one for one in lessons if one.mentor_id in trials and not one.price.is_zero and one.answer_seconds is None]
    return {lesson.id: lesson.price - trials[lesson.mentor_id].off(lesson.price) for lesson in priced}


def uses_of(coupon_ids: list[int]) -> dict[int, int]:
    """How often codes are used, by coupon; one query."""
    query = select(Booking.coupon_id, func.count()).where(Booking.coupon_id.in_(coupon_ids), _counts()).group_by(Booking.coupon_id)
    return {coupon_id: count for coupon_id, count in db.session.execute(query) if coupon_id is not None}


def _usable(learner: User, sold: ForSale, code: str, *, lock: bool) -> Coupon:
    coupon = find_coupon(sold.mentor_id, code, lock=lock)
    fault = None
    if coupon is None or coupon.currency != sold.currency:
        fault = f"{sold.mentor.name.split()[0]} has no such code. Look at it once more."
    elif coupon.stopped_at is not None or coupon.valid_until <= now():
        fault = "This code is no longer valid."
    elif coupon.valid_from > now():
        fault = "This code is not valid yet."
    elif _count(Booking.coupon_id == coupon.id) >= coupon.most_uses:
        fault = "This code has been used up."
    elif _count((Booking.coupon_id == coupon.id) & (Booking.learner_id == learner.id)) >= coupon.most_each:
        fault = "You have used this code already."
    if coupon is None or fault is not None:
        raise Invalid(fields={"code": fault or ""})
    return coupon


def _count(condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Booking).where(condition, _counts())) or 0


def _counts() -> ColumnElement[bool]:
    """Bookings that came to something, or still may: live, taught, kept in part, or rejected and still to be undone."""
    kept_in_part = Settlement.refund_minor < Settlement.price_minor
    kept = select(Settlement.id).where(Settlement.booking_id == Booking.id, kept_in_part).exists()
    undoable = (Booking.state == BookingState.DECLINED) & (Booking.undo_until > now())
    return or_(Booking.state.in_((*LIVE, BookingState.COMPLETED)) & ~_ran_out(), kept, undoable)


def _ran_out() -> ColumnElement[bool]:
    """Holds that are over, that nobody is paying for, and that the sweep has not come by to release: they keep nothing."""
    asked = select(PaymentAttempt.id).where(PaymentAttempt.payment_id == Payment.id, PaymentAttempt.outcome == "asked").exists()
    may_be_paid = (Payment.id == Booking.payment_id) & ((Payment.state != PaymentState.STARTED) | asked)
    is_over = (Booking.state == BookingState.HELD) & (Booking.held_until <= now())
    return is_over & ~select(Payment.id).where(may_be_paid).exists()
