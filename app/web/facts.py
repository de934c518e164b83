"""What cards say beyond their own rows: seats, rooms and stars of many sessions and people, read at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.moving import may_propose
from app.bookings.proposal_models import Proposal
from app.bookings.proposals import open_of
from app.community.queries import NO_RATING, Rating, ratings_of
from app.lessons.models import Lesson
from app.live import queries as live
from app.live.queries import Door


@dataclass(frozen=True, slots=True)
class Facts:
    """Seats taken and doors by lesson id, ratings by person id, open proposals by booking id; what is missing in them is none."""

    taken: Mapping[int, int]
    doors: Mapping[int, Door]
    ratings: Mapping[int, Rating]
    proposals: Mapping[int, Proposal]

    def rating(self, person_id: int) -> Rating:
        """Somebody's stars."""
        return self.ratings.get(person_id, NO_RATING)

    def room(self, lesson_id: int) -> str | None:
        """The public id of a lesson's room, once it has one."""
        door = self.doors.get(lesson_id)
        return door.public_id if door else None

    def is_running(self, lesson_id: int) -> bool:
        """Whether a lesson is being taught now."""
        door = self.doors.get(lesson_id)
        return door is not None and door.is_running


NO_FACTS = Facts({}, {}, {}, {})


def facts_about(lessons: Iterable[Lesson] = (), found: Iterable[Booking] = ()) -> Facts:
    """Three queries for any number of sessions and bookings, one more when some of these can still be moved; none for none."""
    found = list(found)
    every_lesson = [*lessons, *(booking.lesson for booking in found)]
    if not every_lesson:
        return NO_FACTS
    lesson_ids = {lesson.id for lesson in every_lesson}
    people = {lesson.mentor_id for lesson in every_lesson} | {booking.learner_id for booking in found}
    movable = [booking.id for booking in found if may_propose(booking)]
    proposals = open_of(movable) if movable else {}
    return Facts(bookings.taken_seats(lesson_ids), live.doors(lesson_ids), ratings_of(people), proposals)
