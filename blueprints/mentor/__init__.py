"""The mentor's dashboard: home, requests, sessions, earnings."""

from blueprints.mentor import bookings, earnings, home, lessons
from blueprints.mentor.blueprint import mentor

blueprints = (mentor,)

__all__ = ["blueprints", "bookings", "earnings", "home", "lessons"]
