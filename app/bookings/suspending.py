"""What becomes of the plans of somebody whose account was closed.

A mentor's sessions are withdrawn and everything goes back, without a strike; a learner's bookings end by the policy they were made
under. What has begun is left to presence, and money that is held or earned goes on by its rules.
"""

import logging

from sqlalchemy import exists, or_, select

from app.accounts.models import User
from app.bookings import queries
from app.bookings.cancelling import can_be_canceled, end_booking, ending_of
from app.bookings.models import Booking
from app.bookings.settlement_models import Verdict
from app.bookings.states import LIVE, BookingState
from app.bookings.withdrawing import lock_bookings_of, take_back
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons.models import Lesson, LessonState

log = logging.getLogger(__name__)


def end_plans_of(user_id: int) -> None:
    """End everything a closed account has ahead. Harmless at any time and any number of times; an open account keeps all."""
    user = db.session.get(User, user_id)
    if user is None or user.disabled_at is None:
        return
    offered = select(Lesson.id).where(Lesson.mentor_id == user_id, *_ahead())
    for lesson_id in db.session.scalars(offered.order_by(Lesson.id)).all():
        _take_back(lesson_id)
    claimed = select(Booking.id).where(Booking.learner_id == user_id, Booking.state.in_(LIVE))
    for booking_id in db.session.scalars(claimed.order_by(Booking.id)).all():
        _end(booking_id)


def end_plans_of_closed_accounts() -> None:
    """The sweep: whatever a lost reaction left behind."""
    offers = exists().where(Lesson.mentor_id == User.id, *_ahead())
    claims = exists().where(Booking.learner_id == User.id, Booking.state.in_(LIVE), Booking.lesson_id == Lesson.id).where(
        or_(Booking.state == BookingState.HELD, Lesson.starts_at > now())
    )
    for user_id in db.session.scalars(select(User.id).where(User.disabled_at.is_not(None), offers | claims)).all():
        try:
            end_plans_of(user_id)
        except Exception:
            db.session.rollback()
            log.exception("end_plans_of(%s) failed", user_id)


def _ahead() -> tuple:
    return Lesson.state == LessonState.PUBLISHED, Lesson.starts_at > now()


def _take_back(lesson_id: int) -> None:
    with transaction() as tx:
        lock_bookings_of([db.session.get_one(Lesson, lesson_id)])  # before the session, as every move and cancellation does
        lesson = db.session.get_one(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson, "key_share": True})
        if lesson.state is LessonState.PUBLISHED and lesson.starts_at > now():
            take_back(tx, lesson, Verdict.MENTOR_SUSPENDED, None)


def _end(booking_id: int) -> None:
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if can_be_canceled(booking):
            end_booking(tx, booking, ending_of(booking, Verdict.CANCELED_BY_LEARNER, now()), booking.learner_id)
