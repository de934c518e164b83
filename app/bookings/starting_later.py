"""A start a quarter of an hour later, proposed in one tap: the usual proposal, only without choosing a time."""

from app.accounts.models import User
from app.bookings import moving, policies, queries
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal
from app.bookings.proposals import open_of
from app.bookings.relocating import is_shared, require_both_free
from app.bookings.states import BookingState
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.lessons.calendar import CalendarClash


def only_booking(person: User, lesson_id: int) -> Booking | None:
    """The booking of a session for two, for one of them; None for anybody else, and where several learners meet."""
    found = queries.meetings_of(lesson_id)
    return found[0] if len(found) == 1 and person.id in (found[0].learner_id, found[0].lesson.mentor_id) else None


def may_start_later(person: User, booking: Booking) -> bool:
    """Whether propose_later would go through now: before the start, nothing proposed, both free a quarter of an hour longer."""
    lesson = booking.lesson
    if booking.state is not BookingState.CONFIRMED or lesson.starts_at <= now() or is_shared(booking):
        return False
    if open_of([booking.id]) or not moving.proposals_left(booking.id):
        return False
    try:
        require_both_free(person, booking, lesson.starts_at + policies.START_LATER)
    except CalendarClash:
        return False
    return True


def propose_later(person: User, booking_id: int) -> Proposal:
    """Propose to start 15 minutes later; the other side answers as always. In UTC, so that no change of clocks is in between.

    Raises what moving.propose_move raises, and Conflict when others have seats in the session.
    """
    booking = queries.of_either(person, booking_id)
    if is_shared(booking):
        raise Conflict("Others come to this session too. It starts as planned.", code="shared")
    later = booking.lesson.starts_at + policies.START_LATER
    return moving.propose_move(person, booking_id, later.replace(tzinfo=None), "UTC")
