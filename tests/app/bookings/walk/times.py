"""Another time: proposals of either side, the waiting list, and the mentor who takes the whole session back."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from app.accounts.models import User
from app.bookings import line, meeting_again, moving, proposals, queueing, withdrawing
from app.bookings.models import Booking
from app.lessons.models import Lesson, LessonState
from tests import factories

Act = Callable[[], object]


def of_booking(booking: Booking, mentor: User, dice: random.Random) -> Iterator[Act]:
    """One side proposes another time; the other agrees or not, or it is taken back."""
    both, number = [mentor, booking.learner], booking.id
    if not (booking.state in moving.MOVABLE or meeting_again.may_meet_again(booking)):
        return
    if meeting_again.may_meet_again(booking):
        yield lambda: meeting_again.want_money_back(booking.learner, number)
    known = proposals.open_proposal_of(number)
    if known is None:
        by = timedelta(minutes=dice.choice([-30, 45, 60, 1500]))
        yield lambda: factories.proposed(dice.choice(both), booking, by)
        return
    one = known.id
    proposer, other = (both if known.proposed_by_id == mentor.id else both[::-1])
    yield from [lambda: moving.accept_move(other, one)] * 2
    yield lambda: moving.decline_move(other, one)
    yield lambda: moving.withdraw_move(proposer, one)


def of_lesson(lesson: Lesson, mentor: User, learners: Sequence[User], dice: random.Random) -> Iterator[Act]:
    """Learners join and leave the line of a full session; now and then its mentor takes it back."""
    for learner in learners:
        standing = line.entry_of(learner, lesson.id)
        if standing is not None and dice.random() < 0.3:
            yield lambda who=learner: queueing.leave_line(who, lesson.id)
        if standing is None and queueing.may_join(lesson) and dice.random() < 0.5:
            yield lambda who=learner: queueing.join_line(who, lesson.id)
    if lesson.state is LessonState.PUBLISHED and dice.random() < 0.08:
        yield lambda: withdrawing.withdraw_lesson(mentor, lesson.id)
