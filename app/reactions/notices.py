"""Who is told what, in the app; what of it goes out by mail too, reactions/mails.py decides."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.events import (
    BookingCanceled,
    BookingCompleted,
    BookingConfirmed,
    BookingDeclined,
    BookingExpired,
    BookingMissed,
    BookingRequested,
    BookingUnpaid,
    EarningsReleased,
    SessionAhead,
    SessionNear,
)
from app.bookings.explaining import explain
from app.bookings.models import Booking
from app.kernel.clock import now
from app.kernel.events import Reactions
from app.live import service as live
from app.notifications import service as notifications

MENTOR_HOME, LEARNER_BOOKED = "/dashboard/mentor/", "/dashboard/learner/booked"


def tell_mentor_of_request(event: BookingRequested) -> None:
    """New booking!"""
    booking = _booking(event.booking_id)
    kind = "booking.instant" if booking.lesson.is_instant else "booking.requested"
    _tell(booking.lesson.mentor, kind, booking, booking.learner, MENTOR_HOME)


def tell_learner_of_confirmation(event: BookingConfirmed) -> None:
    """Confirmed."""
    booking = _booking(event.booking_id)
    _tell(booking.learner, "booking.confirmed", booking, booking.lesson.mentor, LEARNER_BOOKED)


def tell_learner_of_decline(event: BookingDeclined) -> None:
    """Not this time, and the money goes back."""
    booking = _booking(event.booking_id)
    _tell(booking.learner, "booking.declined", booking, booking.lesson.mentor, LEARNER_BOOKED)


def tell_learner_of_failure(event: BookingUnpaid) -> None:
    """The money did not arrive; once per try, so that a second failure is told too."""
    booking = _booking(event.booking_id)
    tries = booking.payment.declines if booking.payment else 0
    _tell(booking.learner, "booking.unpaid", booking, booking.lesson.mentor, LEARNER_BOOKED, reference=f"{booking.id}-{tries}")


def tell_learner_of_expiry(event: BookingExpired) -> None:
    """No answer, and the money goes back."""
    booking = _booking(event.booking_id)
    _tell(booking.learner, "booking.expired", booking, booking.lesson.mentor, LEARNER_BOOKED)


def remind_both(event: SessionNear) -> None:
    """Session in 10 mins! The link leads straight into the room."""
    booking = _booking(event.booking_id)
    moved = f"{booking.id}{_moved(booking)}" if booking.moved_at else ""  # told for the old time, told for the new
    for person, other in _both(booking):
        _tell(person, "booking.near", booking, other, _room(booking), reference=moved)


def remind_both_ahead(event: SessionAhead) -> None:
    """A day and an hour before. The link leads to the room's page, which says when it opens."""
    booking = _booking(event.booking_id)
    reference = f"{booking.id}-{event.lead_minutes}{_moved(booking)}"
    for person, other in _both(booking):
        _tell(person, "booking.ahead", booking, other, _room(booking), reference=reference)


def _both(booking: Booking) -> list[tuple[User, User]]:
    """Each of the two, and the other one."""
    learner, mentor = booking.learner, booking.lesson.mentor
    return [(learner, mentor), (mentor, learner)]


def _moved(booking: Booking) -> str:
    return f"-{booking.moved_at:%Y%m%d%H%M%S}" if booking.moved_at else ""


def _room(booking: Booking) -> str:
    return f"/session/{live.room_for(booking.lesson_id).public_id}/"


def tell_both_of_miss(event: BookingMissed) -> None:
    """It did not happen; both know what became of the money."""
    booking = _booking(event.booking_id)
    if booking.meet_again_by is not None:
        _tell_of_choice(booking, booking.meet_again_by)
        return
    _tell(booking.learner, "booking.missed", booking, booking.lesson.mentor, LEARNER_BOOKED)
    _tell(booking.lesson.mentor, "booking.missed", booking, booking.learner, MENTOR_HOME)


def _tell_of_choice(booking: Booking, by: datetime) -> None:
    """Somebody could not get in: both may propose another time for a day, then the money goes back."""
    link = f"/bookings/{booking.id}"
    for person, whose in ((booking.learner, "your"), (booking.lesson.mentor, "the")):
        until = wall_clock(by, person.timezone)
        rest = f" until {until}." if booking.is_free else f", or {whose} money goes back {until}."
        words = {"title": booking.lesson.title, "until": rest}
        notifications.tell(person.id, "booking.again", f"{booking.id}-{by:%Y%m%d%H%M%S}", link=link, **words)


def tell_both_of_cut(event: BookingCompleted) -> None:
    """A part of the money goes back: both read how much and why."""
    booking = _booking(event.booking_id)
    if booking.settlement is not None and booking.settlement.refund_minor:
        _tell(booking.learner, "booking.cut_short", booking, booking.lesson.mentor, LEARNER_BOOKED)
        _tell(booking.lesson.mentor, "booking.cut_short", booking, booking.learner, MENTOR_HOME)


def tell_both_of_cancel(event: BookingCanceled) -> None:
    """Both read who canceled, what goes back and what does not."""
    booking = _booking(event.booking_id)
    link = f"/bookings/{booking.id}"
    _tell(booking.learner, "booking.canceled", booking, booking.lesson.mentor, link)
    _tell(booking.lesson.mentor, "booking.canceled", booking, booking.learner, link)


def tell_mentor_of_earnings(event: EarningsReleased) -> None:
    """The money may be withdrawn."""
    booking = _booking(event.booking_id)
    _tell(booking.lesson.mentor, "earnings.released", booking, booking.learner, "/dashboard/mentor/earnings")


def wall_clock(moment: datetime, zone: str) -> str:
    """`Tue 24 Nov, 18:30 (Asia/Kolkata)`: the zone is always named."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %-d %b, %H:%M} ({zone})"


def how_long_until(moment: datetime) -> str:
    """`24 hours`, `1 hour`, `41 mins`: a minute that has begun counts."""
    minutes = -int((now() - moment).total_seconds() // 60)
    hours = round(minutes / 60)
    return f"{minutes} mins" if minutes < 60 else f"{hours} hour{'s' if hours > 1 else ''}"


def _tell(person: User, kind: str, booking: Booking, other: User, link: str, *, reference: str = "") -> None:
    words = {
        "title": booking.lesson.title,
        "person": other.name,
        "when": wall_clock(booking.lesson.starts_at, person.timezone),
        "back": "" if booking.is_free else " Your money is on its way back.",
        "outcome": _outcome(booking, person, other),
        "away": how_long_until(booking.lesson.starts_at),
    }
    notifications.tell(person.id, kind, reference or str(booking.id), link=link, **words)


def _outcome(booking: Booking, person: User, other: User) -> str:
    if booking.settlement is None:
        return ""
    return explain(booking.settlement, to_mentor=person.id == booking.lesson.mentor_id, other=other.name.split()[0])


def _booking(booking_id: int) -> Booking:
    return bookings.by_id(booking_id)


REACTIONS: Reactions = {
    BookingRequested: [tell_mentor_of_request],
    BookingConfirmed: [tell_learner_of_confirmation],
    BookingDeclined: [tell_learner_of_decline],
    BookingUnpaid: [tell_learner_of_failure],
    BookingExpired: [tell_learner_of_expiry],
    SessionNear: [remind_both],
    SessionAhead: [remind_both_ahead],
    BookingMissed: [tell_both_of_miss],
    BookingCompleted: [tell_both_of_cut],
    BookingCanceled: [tell_both_of_cancel],
    EarningsReleased: [tell_mentor_of_earnings],
}
