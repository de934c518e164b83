"""When a list of sessions has to look again although nobody did anything: Join opens, a session begins, a seat is let go."""

from collections.abc import Iterable
from datetime import datetime

from app.bookings import policies
from app.bookings.models import Booking
from app.kernel.clock import now
from app.lessons.models import Lesson


def wakes_at(lessons: Iterable[Lesson] = (), bookings: Iterable[Booking] = ()) -> datetime | None:
    """The next moment at which one of these looks different; None when there is none."""
    moments = [moment for lesson in lessons for moment in _of_lesson(lesson)]
    for booking in bookings:
        moments += _of_lesson(booking.lesson)
        moments += [moment for moment in (booking.held_until, booking.decide_by, booking.wait_until) if moment is not None]
        moments.append(booking.lesson.starts_at + policies.NO_SHOW_AFTER)
    return min((moment for moment in moments if moment > now()), default=None)


def _of_lesson(lesson: Lesson) -> tuple[datetime, ...]:
    return policies.join_opens_at(lesson.starts_at), lesson.starts_at, lesson.ends_at, lesson.ends_at + policies.OVERRUN
