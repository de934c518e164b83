"""The mentor's dashboard: home, requests, sessions, earnings."""

from blueprints.mentor import (
    bookings,
    earnings,
    earnings_csv,
    editing,
    entries,
    home,
    lessons,
    offers,
    talking,
    withdrawals,
    withdrawing,
)
from blueprints.mentor.blueprint import mentor

blueprints = (mentor,)

__all__ = [
    "blueprints",
    "bookings",
    "earnings",
    "earnings_csv",
    "editing",
    "entries",
    "home",
    "lessons",
    "offers",
    "talking",
    "withdrawals",
    "withdrawing",
]
