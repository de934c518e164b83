"""Waiting for somebody who has not come: until when, and ten minutes more."""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import User
from app.bookings import policies, verdicts
from app.bookings.events import WaitedLonger
from app.bookings.models import Booking
from app.bookings.settlement import decide_absence, decides_at, evidence_of
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import jobs
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.transaction import transaction


def wait_longer(user: User, lesson_id: int) -> datetime:
    """Give the missing one ten minutes more, never past the planned end; returns the moment it is decided then.

    A learner speaks for their own booking, a mentor for all of the session. Raises NotFound for anybody else, Conflict when nobody
    is waited for (any more).
    """
    with transaction() as tx:
        bookings = _theirs(user, lesson_id)
        open_ones = [booking for booking in bookings if missing_from(booking)]
        if not open_ones:
            raise Conflict("There is nobody to wait for now.", code="nobody_missing")
        for booking in open_ones:
            booking.wait_until = min(max(decides_at(booking), now()) + policies.WAIT_LONGER, booking.lesson.ends_at)
            jobs.at(booking.wait_until, decide_absence, booking.id)
        tx.publish(WaitedLonger(lesson_id, user.id, tuple(booking.id for booking in open_ones)))
    return max(decides_at(booking) for booking in open_ones)


def missing_from(booking: Booking) -> Verdict | None:
    """Who has not come to a session that has begun, while it is not decided yet; None when nobody is missing."""
    lesson = booking.lesson
    if booking.state is not BookingState.CONFIRMED or not lesson.starts_at <= now() < lesson.ends_at:
        return None
    return verdicts.absence(evidence_of(booking))


def decision_in(lesson_id: int) -> float | None:
    """Seconds until the soonest decision about a lesson; None while nobody is missing."""
    query = select(Booking).where(Booking.lesson_id == lesson_id, Booking.state == BookingState.CONFIRMED)
    moments = [decides_at(booking) for booking in db.session.scalars(query).unique() if missing_from(booking)]
    return max(0.0, (min(moments) - now()).total_seconds()) if moments else None


def _theirs(user: User, lesson_id: int) -> list[Booking]:
    query = select(Booking).where(Booking.lesson_id == lesson_id, Booking.state == BookingState.CONFIRMED)
    found = db.session.scalars(query.with_for_update(of=Booking)).unique().all()
    own = [booking for booking in found if user.id in (booking.learner_id, booking.lesson.mentor_id)]
    if not own:
        raise NotFound("We could not find this session.")
    return own
