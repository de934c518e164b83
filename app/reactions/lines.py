"""Waiting lists: whatever frees a seat, or fills one, has its line look again; those in it hear what became of them."""

from app.bookings import line, policies, queueing
from app.bookings.events import (
    BookingCanceled,
    BookingDeclined,
    BookingExpired,
    BookingMissed,
    BookingMoved,
    BookingReleased,
    BookingRequested,
    LineChanged,
    SeatOffered,
    TurnPassed,
)
from app.bookings.queries import by_id
from app.kernel.events import Reactions
from app.kernel.jobs import at
from app.lessons import queries as lessons
from app.notifications import service as notifications
from app.reactions.notices import wall_clock
from app.realtime.nudge import nudge

MOVES_A_LINE = (BookingRequested, BookingReleased, BookingDeclined, BookingExpired, BookingMissed, BookingCanceled)
Moved = BookingRequested | BookingReleased | BookingDeclined | BookingExpired | BookingMissed | BookingCanceled


def serve(event: Moved) -> None:
    """A seat is free, or an offered one was taken."""
    queueing.hear_of(event.lesson_id)


def offer_seat(event: SeatOffered) -> None:
    """It is theirs for half an hour; the link opens the booking dialog where they pay."""
    booking, lesson = by_id(event.booking_id), lessons.lesson(event.lesson_id)
    zone = booking.learner.timezone
    words = {"title": lesson.title, "when": wall_clock(lesson.starts_at, zone), "until": wall_clock(booking.held_until, zone)}
    notifications.tell(booking.learner_id, "line.offered", str(event.entry_id), link=f"/sessions/{lesson.id}?book=1", **words)


def say_why(event: TurnPassed) -> None:
    """They stand in line no more."""
    learner, lesson = queueing.by_id(event.entry_id).learner, lessons.lesson(event.lesson_id)
    words = {"title": lesson.title, "when": wall_clock(lesson.starts_at, learner.timezone)}
    notifications.tell(learner.id, f"line.{event.why}", str(event.entry_id), link=f"/sessions/{lesson.id}", **words)


def tell_those_who_wait(event: BookingMoved) -> None:
    """A session moved as a whole: whoever is in line for it decides anew."""
    lesson = lessons.lesson(event.lesson_id)
    for entry in line.first_in(lesson.id):
        words = {"title": lesson.title, "when": wall_clock(lesson.starts_at, entry.learner.timezone)}
        reference = f"{entry.id}-{lesson.starts_at:%Y%m%d%H%M}"
        notifications.tell(entry.learner_id, "line.moved", reference, link=f"/sessions/{lesson.id}", **words)


def close_in_time(event: LineChanged) -> None:
    """Half an hour before the start everybody who still waits hears that no seat became free."""
    at(policies.line_closes_at(lessons.lesson(event.lesson_id).starts_at), queueing.serve_line, event.lesson_id)


def all_look_again(event: LineChanged | SeatOffered | TurnPassed) -> None:
    """Everybody behind moves up by one."""
    nudge([event.learner_id, *(entry.learner_id for entry in line.first_in(event.lesson_id))], "lines", "bookings")


REACTIONS: Reactions = {
    **{fact: [serve] for fact in MOVES_A_LINE},
    BookingMoved: [tell_those_who_wait],
    SeatOffered: [offer_seat, all_look_again],
    TurnPassed: [say_why, all_look_again],
    LineChanged: [close_in_time, all_look_again],
}
