"""One booking, for its two people: everything that can be read about it and done with it."""

from blueprints.booking import calendar_file, cancel, disputes, feed, moving, page, presence, receipts
from blueprints.booking.blueprint import booking

blueprints = (booking, feed.calendar, receipts.receipts)

__all__ = ["blueprints", "calendar_file", "cancel", "disputes", "feed", "moving", "page", "presence", "receipts"]
