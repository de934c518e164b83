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
    payout_account,
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
    "payout_account",
    "talking",
    "withdrawals",
    "withdrawing",
]
