"""Bookings as calendar entries: which of them are told, in which state, and with which sequence."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select

from app.accounts.models import User
from app.bookings.calendar_models import CalendarEntry
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_public_id
from app.kernel.transaction import transaction
from app.lessons.models import Lesson

STATUS = {
    BookingState.REQUESTED: "TENTATIVE",
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.COMPLETED: "CONFIRMED",
    BookingState.MISSED: "CONFIRMED",
    BookingState.DECLINED: "CANCELLED",
    BookingState.EXPIRED: "CANCELLED",
    BookingState.CANCELED: "CANCELLED",
}
"""RFC 5545's words. A seat nobody has paid for yet is no appointment, so held and released are not told."""
CANCELED_FOR = timedelta(days=30)
"""How long a feed goes on saying that something does not take place."""
PAST_FOR = timedelta(days=90)
MOST_IN_A_FEED = 500


def status_of(booking: Booking) -> str | None:
    """TENTATIVE, CONFIRMED or CANCELLED; None for what no calendar should know of."""
    return STATUS.get(booking.state) if booking.requested_at is not None else None


def told_to(person: User) -> Sequence[Booking]:
    """What belongs into somebody's calendar, for both hats: what is to come, what is over, what was called off lately."""
    called_off = Booking.state.in_([state for state, status in STATUS.items() if status == "CANCELLED"])
    standing = Booking.state.in_([state for state, status in STATUS.items() if status != "CANCELLED"])
    wanted = (standing & (Lesson.ends_at > now() - PAST_FOR)) | (called_off & (Booking.closed_at > now() - CANCELED_FOR))
    query = (
        select(Booking)
        .join(Booking.lesson)
        .where(wanted, Booking.requested_at.is_not(None), (Booking.learner_id == person.id) | (Lesson.mentor_id == person.id))
        .order_by(Lesson.starts_at.desc(), Booking.id)
    )
    return db.session.scalars(query.limit(MOST_IN_A_FEED)).unique().all()


def entries_of(bookings: Sequence[Booking]) -> dict[int, CalendarEntry]:
    """The entries of many bookings by booking id, made or brought up to date where needed; one query when nothing has changed."""
    query = select(CalendarEntry).where(CalendarEntry.booking_id.in_([booking.id for booking in bookings]))
    known = {entry.booking_id: entry for entry in db.session.scalars(query)}
    stale = [booking.id for booking in bookings if not _is_told(known.get(booking.id), booking)]
    for booking_id in stale:
        known[booking_id] = freshen(booking_id)
    return known


def freshen(booking_id: int) -> CalendarEntry:
    """Bring one booking's entry up to date: the sequence rises if anything it tells has changed. Harmless any number of times.

    The lock of the booking's row keeps two readers from making two entries.
    """
    with transaction():
        booking = db.session.get_one(Booking, booking_id, populate_existing=True, with_for_update={"of": Booking})
        entry = db.session.scalar(
            select(CalendarEntry).where(CalendarEntry.booking_id == booking_id).execution_options(populate_existing=True)
        )
        if entry is None:
            host = urlsplit(settings().base_url).hostname or "peerlearn.invalid"
            uid = f"booking-{booking_id}-{new_public_id()}@{host}"
            entry = CalendarEntry(booking_id=booking_id, uid=uid, sequence=0, fingerprint=_fingerprint(booking), changed_at=now())
            db.session.add(entry)
            db.session.flush()
        elif not _is_told(entry, booking):
            entry.sequence, entry.fingerprint, entry.changed_at = entry.sequence + 1, _fingerprint(booking), now()
    return entry


def _is_told(entry: CalendarEntry | None, booking: Booking) -> bool:
    return entry is not None and entry.fingerprint == _fingerprint(booking)


def _fingerprint(booking: Booking) -> str:
    lesson = booking.lesson
    told = (status_of(booking), lesson.id, lesson.starts_at.isoformat(), lesson.ends_at.isoformat(), lesson.title)
    people = (lesson.mentor.name, booking.learner.name)
    return hashlib.sha256(repr((*told, *people)).encode()).hexdigest()
