"""One booking, for its two people: everything that can be read about it and done with it."""

from blueprints.booking import page
from blueprints.booking.blueprint import booking

blueprints = (booking,)

__all__ = ["blueprints", "page"]
