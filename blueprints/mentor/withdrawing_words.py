"""What canceling sessions means, in words: who gets what back, the sum, and whether it counts."""

from dataclasses import dataclass

from app.bookings.models import Booking
from app.bookings.withdrawing import Withdrawal
from app.kernel.money import Money
from app.web.filters import plural, when


@dataclass(frozen=True, slots=True)
class Words:
    """`rows` and `total` are (name, value) of what goes back; `strike` is empty when nothing counts."""

    about: str
    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str] | None
    everybody: str
    after: str
    strike: str
    button: str


def words_of(found: Withdrawal) -> Words:
    """Everything mentor/_withdraw_session.html says about it."""
    many, bookings = len(found.lessons) > 1, found.bookings
    days = f"{when(found.lessons[0].starts_at)} to {when(found.lessons[-1].starts_at)}"
    booked = f"{when(found.lesson.starts_at)} · {plural(len({one.learner_id for one in bookings}), 'learner')} booked"
    return Words(
        about=days if many else booked,
        rows=tuple((_name(one, with_day=many), _back(one)) for one in bookings),
        total=_total(bookings),
        everybody=_everybody(found),
        after=f"Nobody can book {'them' if many else 'it'} any more, and your time is free.",
        strike=_strike(found.strikes, len(found.lessons)),
        button=f"Cancel {len(found.lessons)} sessions" if many else "Cancel session",
    )


def _name(booking: Booking, *, with_day: bool) -> str:
    return f"{booking.learner.name} · {when(booking.lesson.starts_at)}" if with_day else booking.learner.name


def _back(booking: Booking) -> str:
    return "Free" if booking.is_free else f"{booking.price}\N{NO-BREAK SPACE}back"


def _total(bookings: tuple[Booking, ...]) -> tuple[str, str] | None:
    """The sum, where there is more than one and all are in one currency."""
    paid = [one.price for one in bookings if not one.is_free]
    if len(paid) < 2 or len({price.currency for price in paid}) > 1:
        return None
    return "Back in all", str(Money(sum(price.amount_minor for price in paid), paid[0].currency))


def _everybody(found: Withdrawal) -> str:
    """`4 sessions, 2 bookings: everything goes back to both learners.`"""
    many, names = len(found.lessons) > 1, {one.learner_id: one.learner.name.split()[0] for one in found.bookings}
    if not names:
        return f"{len(found.lessons)} sessions, and nobody has booked any of them." if many else "Nobody has booked it."
    if not many:
        return "Everybody who has booked gets everything back and is told at once."
    who = next(iter(names.values())) if len(names) == 1 else "both learners" if len(names) == 2 else f"all {len(names)} learners"
    sums = f"{len(found.lessons)} sessions, {plural(len(found.bookings), 'booking')}"
    return f"{sums}: everything goes back to {who}. {'They are' if len(names) > 1 else names.popitem()[1] + ' is'} told at once."


def _strike(strikes: int, sessions: int) -> str:
    if not strikes:
        return ""
    if sessions == 1:
        return "It is less than 24 hours before the start. Canceling now counts against you."
    if strikes == 1:
        return "One of them starts in less than 24 hours. Canceling it now counts against you."
    return f"{strikes} of them start in less than 24 hours. Canceling them now counts against you {strikes} times."
