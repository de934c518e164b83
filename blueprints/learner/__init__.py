"""The learner's dashboard: home, booked sessions, checkout, payments."""

from blueprints.learner import bookings, checkout, giving, home, lines, payments, payments_csv, refunds, slots, talking
from blueprints.learner.blueprint import learner

blueprints = (learner, giving.giving)

__all__ = [
    "blueprints",
    "bookings",
    "checkout",
    "giving",
    "home",
    "lines",
    "payments",
    "payments_csv",
    "refunds",
    "slots",
    "talking",
]
