"""What comes back to a learner who cancels, by how early they do: three named policies, one table, one pure function.

The mentor chooses one per session; a booking keeps the one it was made under. A moment exactly on an edge still belongs to the
better tier. A mentor who cancels always gives everything back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.bookings.models import Booking
from app.kernel.money import Money
from app.lessons.models import CancelPolicy


@dataclass(frozen=True, slots=True)
class Tier:
    """Whoever cancels at least this long before the start gets so much of the price back, in percent."""

    before: timedelta
    percent: int


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy: its name, what it says in plain words, its tiers with the earliest first; the last one holds until the start."""

    name: str
    sentence: str
    tiers: tuple[Tier, ...]


_HOUR = timedelta(hours=1)

TERMS: dict[CancelPolicy, Terms] = {
    CancelPolicy.FLEXIBLE: Terms(
        "Flexible",
        "All of it comes back until 2 hours before the start, half of it later.",
        (Tier(2 * _HOUR, 100), Tier(0 * _HOUR, 50)),
    ),
    CancelPolicy.MODERATE: Terms(
        "Moderate",
        "All of it comes back until 24 hours before the start, half of it until 2 hours before, nothing later.",
        (Tier(24 * _HOUR, 100), Tier(2 * _HOUR, 50), Tier(0 * _HOUR, 0)),
    ),
    CancelPolicy.STRICT: Terms(
        "Strict",
        "All of it comes back until 72 hours before the start, half of it until 24 hours before, nothing later.",
        (Tier(72 * _HOUR, 100), Tier(24 * _HOUR, 50), Tier(0 * _HOUR, 0)),
    ),
}

LATE_FOR_MENTORS = 24 * _HOUR
"""A mentor who cancels what they have accepted later than this before the start gets a strike."""


@dataclass(frozen=True, slots=True)
class Back:
    """What comes back: the sum, the tier's percentage, until when it is so, and why."""

    refund: Money
    percent: int
    until: datetime
    reason: str


def what_comes_back(booking: Booking, moment: datetime) -> Back:
    """What a learner who cancels at an aware moment before the start gets back, rounded up in their favour."""
    terms, starts_at = TERMS[booking.cancel_policy], booking.lesson.starts_at
    index = next((i for i, tier in enumerate(terms.tiers) if moment <= starts_at - tier.before), len(terms.tiers) - 1)
    tier = terms.tiers[index]
    refund = Money(-(-booking.price_minor * tier.percent // 100), booking.currency)
    return Back(refund, tier.percent, starts_at - tier.before, _reason(terms, index))


def moments_of(policy: CancelPolicy, starts_at: datetime) -> list[tuple[datetime, int]]:
    """(until when, percent that comes back) for a session that begins then, the earliest first."""
    return [(starts_at - tier.before, tier.percent) for tier in TERMS[policy].tiers]


def is_late_for_mentor(starts_at: datetime, moment: datetime) -> bool:
    """Whether a mentor who cancels at a moment does so too late."""
    return moment > starts_at - LATE_FOR_MENTORS


def _reason(terms: Terms, index: int) -> str:
    tier = terms.tiers[index]
    if index == 0:
        when = f"at least {_hours(tier.before)} before the start"
    elif tier.before:
        when = f"less than {_hours(terms.tiers[index - 1].before)} and at least {_hours(tier.before)} before the start"
    else:
        when = f"less than {_hours(terms.tiers[index - 1].before)} before the start"
    return f"{terms.name} policy, {when}"


def _hours(span: timedelta) -> str:
    return f"{span // _HOUR} hours"
