"""Other ways in and out: somebody rings the mentor for a talk at once; an account is closed with money in flight."""

import random
from collections.abc import Callable, Iterator, Sequence

from app.accounts.closing import disable_account
from app.accounts.models import User
from app.bookings import ringing
from app.kernel.money import Money
from app.lessons import talk
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


def closings(people: Sequence[User], dice: random.Random) -> Iterator[Act]:
    """Seldom: somebody's account is closed, whatever is under way."""
    if dice.random() < 0.02:
        closed = dice.choice(people)
        yield lambda: disable_account(None, closed.id, "A test of what follows.")
