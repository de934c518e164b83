"""The learner's dashboard: home, booked sessions, checkout, payments."""

from blueprints.learner import bookings, checkout, home, payments, talking
from blueprints.learner.blueprint import learner

blueprints = (learner,)

__all__ = ["blueprints", "bookings", "checkout", "home", "payments", "talking"]
