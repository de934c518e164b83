"""The next time that suits both, proposed without choosing it: for a mentor who is away and has many bookings to move."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.bookings import moving, queries
from app.bookings.free_times import free_for_both
from app.bookings.models import Booking
from app.bookings.proposal_models import MOST_PROPOSALS, Proposal
from app.bookings.proposals import counts_of, open_of
from app.kernel.errors import Conflict


def askable(bookings: Iterable[Booking]) -> list[int]:
    """Ids of those that can be moved, about which nothing is open, and for which another time was not proposed too often.

    Two queries for any number.
    """
    movable = [booking.id for booking in bookings if moving.may_propose(booking)]
    asked, counts = open_of(movable), counts_of(movable)
    return [number for number in movable if number not in asked and counts.get(number, 0) < MOST_PROPOSALS]


def propose_next_free(mentor: User, booking_id: int) -> Proposal:
    """Propose the first time at which neither is busy or away. The old time stays until the learner agrees.

    Raises what moving.propose_move raises, and Conflict when no such time was found.
    """
    booking = queries.of_either(mentor, booking_id)
    free = free_for_both(booking, mentor.timezone, most=1)
    if not free:
        raise Conflict(f"No other time for “{booking.lesson.title}” suits you both. Propose one on its page.")
    wall = free[0].astimezone(ZoneInfo(mentor.timezone)).replace(tzinfo=None)
    return moving.propose_move(mentor, booking_id, wall, mentor.timezone)
