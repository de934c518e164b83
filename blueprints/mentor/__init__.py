"""The mentor's dashboard: home, requests, sessions, earnings."""

from blueprints.mentor import (
    appointments,
    availability,
    bookings,
    discounts,
    earnings,
    earnings_csv,
    editing,
    entries,
    home,
    lessons,
    talking,
    withdrawals,
    withdrawing,
)
from blueprints.mentor.blueprint import mentor

blueprints = (mentor,)

__all__ = [
    "appointments",
    "availability",
    "blueprints",
    "bookings",
    "earnings",
    "earnings_csv",
    "editing",
    "entries",
    "home",
    "lessons",
    "discounts",
    "talking",
    "withdrawals",
    "withdrawing",
]
