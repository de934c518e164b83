"""What the room measured, for people to read: who was in when, and who stood before the door. Nobody can edit it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.models import User
from app.bookings import attendance
from app.bookings.attendance_models import JoinAttempt, PresenceInterval, Span
from app.bookings.models import Booking
from app.bookings.spans import merged
from app.bookings.verdicts import Side, Stay, Try, doors
from app.kernel.clock import now

MARGIN = timedelta(minutes=5)
"""How much before the start and after the end is shown."""


@dataclass(frozen=True, slots=True)
class PersonLog:
    """One person's stretches in the room, and the moments they opened its page without getting in."""

    person: User
    stays: Sequence[Span]
    failed_tries: Sequence[datetime]

    @property
    def seconds(self) -> int:
        """How long they were there in all."""
        return int(sum((stay.end - stay.start).total_seconds() for stay in self.stays))


@dataclass(frozen=True, slots=True)
class RoomLog:
    """A booking's evidence. `window` is what is drawn: the planned time and what was measured around it."""

    planned: Span
    window: Span
    people: tuple[PersonLog, PersonLog]


def room_log(booking: Booking) -> RoomLog:
    """The measured presence of both people of a booking, the mentor first; by the server's clock."""
    lesson = booking.lesson
    rows, tries = attendance.intervals(lesson.id), attendance.attempts(lesson.id)
    spans = attendance.spans_of(rows, now())
    people = tuple(
        PersonLog(
            person,
            tuple(merged(spans.get(person.id, []))),
            tuple(attempt.at for attempt in doors(_side(person.id, rows, tries)) if attempt.entered_at is None),
        )
        for person in (lesson.mentor, booking.learner)
    )
    moments = [moment for log in people for stay in log.stays for moment in stay] + [
        at for log in people for at in log.failed_tries
    ]
    begin = min([lesson.starts_at, *moments])
    end = max([lesson.ends_at, *moments])
    return RoomLog(Span(lesson.starts_at, lesson.ends_at), Span(begin - MARGIN, end + MARGIN), (people[0], people[1]))


def _side(user_id: int, rows: Iterable[PresenceInterval], tries: Iterable[JoinAttempt]) -> Side:
    return Side(
        stays=[Stay(row.span(now()), row.closing) for row in rows if row.user_id == user_id],
        tries=[Try(attempt.at, attempt.entered_at) for attempt in tries if attempt.user_id == user_id],
    )
