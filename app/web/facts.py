"""What cards say beyond their own rows: seats, rooms and stars of many sessions and people, read at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.bookings import attendance, policies
from app.bookings import queries as bookings
from app.bookings.attendance import Company
from app.bookings.models import Booking
from app.bookings.moving import may_propose
from app.bookings.proposal_models import Proposal
from app.bookings.proposals import open_of
from app.bookings.states import BookingState
from app.community.queries import NO_RATING, Rating, ratings_of
from app.kernel.clock import now
from app.lessons.models import Lesson
from app.live import checks
from app.live import queries as live
from app.live.check_models import DeviceCheck
from app.live.queries import Door

NOBODY = Company()


@dataclass(frozen=True, slots=True)
class Facts:
    """Seats taken and doors by lesson id, ratings by person id, open proposals by booking id, video checks by lesson and person,
    and who is in a lesson's room now, or out of it.

    What is missing in them is none.
    """

    taken: Mapping[int, int]
    doors: Mapping[int, Door]
    ratings: Mapping[int, Rating]
    proposals: Mapping[int, Proposal]
    checks: Mapping[tuple[int, int], DeviceCheck] = field(default_factory=dict)
    company: Mapping[int, Company] = field(default_factory=dict)

    def rating(self, person_id: int) -> Rating:
        """Somebody's stars."""
        return self.ratings.get(person_id, NO_RATING)

    def room(self, lesson_id: int) -> str | None:
        """The public id of a lesson's room, once it has one."""
        door = self.doors.get(lesson_id)
        return door.public_id if door else None

    def is_waited_for(self, lesson_id: int, viewer_id: int, by_id: int) -> bool:
        """Whether somebody is in a lesson's room already and the viewer is not, and may come in."""
        company = self.company.get(lesson_id, NOBODY)
        return by_id in company.here and viewer_id not in company.here | company.out

    def is_running(self, lesson_id: int) -> bool:
        """Whether a lesson is being taught now."""
        door = self.doors.get(lesson_id)
        return door is not None and door.is_running


NO_FACTS = Facts({}, {}, {}, {})


def facts_about(lessons: Iterable[Lesson] = (), found: Iterable[Booking] = ()) -> Facts:
    """Three queries for any number of sessions and bookings; none for none.

    One more when some of these can still be moved, one when people meet in the next hours and may have checked their devices, and
    one when some may join now.
    """
    found = list(found)
    every_lesson = [*lessons, *(booking.lesson for booking in found)]
    if not every_lesson:
        return NO_FACTS
    lesson_ids = {lesson.id for lesson in every_lesson}
    people = {lesson.mentor_id for lesson in every_lesson} | {booking.learner_id for booking in found}
    movable = [booking.id for booking in found if may_propose(booking)]
    proposals = open_of(movable) if movable else {}
    soon = {booking.lesson_id for booking in found if _is_soon(booking)}
    checked = checks.checks_of(soon) if soon else {}
    joinable = {booking.lesson_id for booking in found if is_joinable(booking)}
    company = attendance.who_is_here(joinable) if joinable else {}
    return Facts(bookings.taken_seats(lesson_ids), live.doors(lesson_ids), ratings_of(people), proposals, checked, company)


def is_joinable(booking: Booking) -> bool:
    """Whether its two people may go into the room now."""
    lesson = booking.lesson
    return booking.state is BookingState.CONFIRMED and policies.is_joinable(lesson.starts_at, lesson.ends_at, now())


def _is_soon(booking: Booking) -> bool:
    """So soon that a check of now would still count at its start; and not over."""
    lesson = booking.lesson
    return booking.state is BookingState.CONFIRMED and lesson.starts_at - checks.COUNTS_FOR < now() < lesson.ends_at
