"""The figures of a presence receipt: who was in the room with whom, from when to when, by the server's clock. The same for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.bookings import attendance, witnesses
from app.bookings.attendance_models import Closing, Link, PresenceInterval, Span
from app.bookings.models import Booking
from app.bookings.queries import MEETING
from app.bookings.removal_models import RoomRemoval
from app.bookings.removals import removals_of
from app.bookings.spans import common, merged, seconds, without
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.live import queries
from app.live.topics import checklist

SHORTEST_PAUSE = 1.0
"""Seconds; less than that is the time a page takes to come in."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One person's stretches in the room, and for how many beats (5 s each) their links were how."""

    person: User
    stays: Sequence[Span]
    links: dict[Link, int]

    @property
    def seconds(self) -> float:
        """How long they were there in all."""
        return seconds(self.stays)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch between the first and the last time together; `who` was away and how they went, nobody when the server was."""

    span: Span
    who: tuple[tuple[User, Closing | None], ...]
    was_server: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """A topic, and how many seconds after the session began for both it was covered; None when it was not."""

    name: str
    covered_at: datetime | None
    offset: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that a receipt says. `measured` is the part of `together` that both browsers measured and the server did not,
    `removals` are the times the mentor asked the learner to leave."""

    booking: Booking
    planned: Span
    people: tuple[Presence, Presence]
    together: Sequence[Span]
    measured: float
    pauses: tuple[Pause, ...]
    chapters: tuple[Chapter, ...]
    removals: tuple[RoomRemoval, ...]

    @property
    def seconds(self) -> int:
        """Whole seconds together, as they are settled."""
        return int(seconds(self.together))


def figures_of(booking: Booking) -> Figures:
    """Everything measured about a booking up to now, the mentor first; NotFound before anybody has been in its room."""
    lesson, rows = booking.lesson, _rows(booking)
    if booking.state not in MEETING or not rows:
        raise NotFound("There is no presence receipt for this session yet.")
    mentor, learner = (_presence(person, rows) for person in (lesson.mentor, booking.learner))
    known = witnesses.witnessed(lesson.id)
    if booking.moved_at is not None:
        known = [one for one in known if one.gap.start >= booking.moved_at]
    credited = witnesses.credits(known, lesson.mentor_id, [booking.learner_id])
    seen = common(mentor.stays, learner.stays)
    together = merged([*seen, *credited])
    return Figures(
        booking=booking,
        planned=Span(lesson.starts_at, lesson.ends_at),
        people=(mentor, learner),
        together=together,
        measured=seconds(without(together, seen)),
        pauses=_pauses(together, (mentor, learner), rows, [one.gap for one in known]),
        chapters=_chapters(booking, together),
        removals=tuple(removals_of(booking)),
    )


def was_measured(booking: Booking) -> bool:
    """Whether there is anything to write a receipt about."""
    return booking.state in MEETING and bool(_rows(booking))


def _rows(booking: Booking) -> list[PresenceInterval]:
    """As for the money: who met at an old time has not come to the new one."""
    rows = attendance.intervals(booking.lesson_id)
    people = (booking.lesson.mentor_id, booking.learner_id)
    return [row for row in rows if row.user_id in people and (booking.moved_at is None or row.joined_at >= booking.moved_at)]


def _presence(person: User, rows: Sequence[PresenceInterval]) -> Presence:
    own = [row for row in rows if row.user_id == person.id]
    links = {link: sum(getattr(row, f"link_{link.value}") for row in own) for link in Link}
    return Presence(person, merged(row.span(now()) for row in own), links)


def _pauses(
    together: Sequence[Span], people: tuple[Presence, Presence], rows: Sequence[PresenceInterval], gaps: Sequence[Span]
) -> tuple[Pause, ...]:
    if not together:
        return ()
    whole = [Span(together[0].start, together[-1].end)]
    spans = (span for span in without(whole, together) if (span.end - span.start).total_seconds() >= SHORTEST_PAUSE)
    return tuple(_pause(span, people, rows, gaps) for span in spans)


def _pause(span: Span, people: tuple[Presence, Presence], rows: Sequence[PresenceInterval], gaps: Sequence[Span]) -> Pause:
    was_server = any(gap.start < span.end and span.start < gap.end for gap in gaps)
    away = [one.person for one in people if without([span], one.stays)]
    who = () if was_server else tuple((person, _how_they_went(person, span, rows)) for person in away)
    return Pause(span, who, was_server)


def _how_they_went(person: User, span: Span, rows: Sequence[PresenceInterval]) -> Closing | None:
    before = [row for row in rows if row.user_id == person.id and row.alive_until <= span.end]
    return before[-1].closing if before else None


def _chapters(booking: Booking, together: Sequence[Span]) -> tuple[Chapter, ...]:
    """Topics in the mentor's order; offsets count from the first moment together, where a recording would begin at the soonest."""
    room = queries.of_lesson(booking.lesson_id)
    if room is None:
        return ()
    began = together[0].start if together else booking.lesson.starts_at
    marks = [(mark.name, datetime.fromisoformat(mark.covered_at) if mark.covered_at else None) for mark in checklist(room)]
    return tuple(Chapter(name, at, max(0.0, (at - began).total_seconds()) if at else None) for name, at in marks)
