"""Other ways in and out: a slot of the mentor's hours, a talk rung for at once; an account that is closed with money in flight."""

import random
from collections.abc import Callable, Iterator, Sequence

from app.accounts.closing import disable_account
from app.accounts.models import User
from app.bookings import appointments, ringing
from app.kernel.money import Money
from app.lessons import appointment_offers, talk
from app.payments.methods import Choice

Act = Callable[[], object]


def talks(mentor: User, learners: Sequence[User], ways: Sequence[Choice], dice: random.Random) -> Iterator[Act]:
    """The mentor sits down and is here; whoever likes may ring."""
    offer = talk.offer_of(mentor.id)
    if dice.random() < 0.4:
        yield lambda: talk.offer_talk(mentor, 15, Money(dice.choice([3, 501]), "USD"), 4)
    if offer is not None:
        yield lambda: talk.beat(mentor)
        for learner in learners:
            yield lambda who=learner: ringing.ring(who, mentor.id, dice.choice(ways))


def slots(offer_id: int | None, learners: Sequence[User], ways: Sequence[Choice], dice: random.Random) -> Iterator[Act]:
    """Whoever likes takes one of the next free hours of the mentor's week."""
    if offer_id is not None:
        for learner in learners:
            yield lambda who=learner: _take_slot(who, offer_id, dice.choice(ways), dice)


def _take_slot(learner: User, offer_id: int, way: Choice, dice: random.Random) -> None:
    offer = appointment_offers.offer_by_id(offer_id)
    free = appointment_offers.calendar_of(offer.mentor_id, learner).slots(offer.duration_minutes)
    if free:
        appointments.book_slot(learner, offer_id, dice.choice(free[:4]), way)


def closings(people: Sequence[User], dice: random.Random) -> Iterator[Act]:
    """Seldom: somebody's account is closed, whatever is under way."""
    if dice.random() < 0.1:
        closed = dice.choice(people)
        yield lambda: disable_account(None, closed.id, "A test of what follows.")
