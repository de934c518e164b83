"""Calendar files (RFC 5545): one booking for one of its two people, or everything of one person.

Times are written in UTC, so that no change of clocks can move a session. Nobody's address is told to the other side: both appear by
name, the reader with their own address, the other with one of ours that takes no mail.
"""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event, vCalAddress, vText, vUri

from app.accounts.models import User
from app.bookings.calendar_entries import entries_of, status_of, told_to
from app.bookings.calendar_models import CalendarEntry
from app.bookings.models import Booking
from app.config import settings
from app.kernel.errors import NotFound

ALARMS = (timedelta(hours=1), timedelta(minutes=10))
"""How long before the start a calendar program speaks up."""
PRODUCT = "-//PeerLearn//Bookings//EN"
REFRESH_EVERY = timedelta(hours=1)


def invitation(person: User, booking: Booking) -> tuple[str, bytes]:
    """One booking as a file for one of its two people: the method (REQUEST or CANCEL) and the bytes.

    NotFound while it is no appointment: unpaid, or let go unpaid.
    """
    status = status_of(booking)
    if status is None:
        raise NotFound("There is nothing to put into a calendar yet.")
    method = "CANCEL" if status == "CANCELLED" else "REQUEST"
    calendar = _calendar(method)
    calendar.add_component(_event(person, booking, status, entries_of([booking])[booking.id]))
    return method, calendar.to_ical()


def feed(person: User) -> bytes:
    """Everything of one person: sessions to come, those of the last three months, and what was called off in the last 30 days."""
    bookings = told_to(person)
    return feed_of(person, bookings, entries_of(bookings))


def feed_of(person: User, bookings: Sequence[Booking], entries: dict[int, CalendarEntry]) -> bytes:
    """The same from rows that have been read already; the same rows give the same bytes."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", "PeerLearn")
    calendar.add("x-wr-calname", "PeerLearn")
    calendar.add("refresh-interval", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for booking in bookings:
        status = status_of(booking)
        if status is not None:
            calendar.add_component(_event(person, booking, status, entries[booking.id]))
    return calendar.to_ical()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(person: User, booking: Booking, status: str, entry: CalendarEntry) -> Event:
    lesson = booking.lesson
    other = booking.learner if person.id == lesson.mentor_id else lesson.mentor
    place = f"{settings().base_url}/bookings/{booking.id}"
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", lesson.starts_at)
    event.add("dtend", lesson.ends_at)
    event.add("status", status)
    event.add("summary", f"{lesson.title} with {other.name}")
    event.add("description", f"With {other.name} on PeerLearn. Join, move or cancel here: {place}")
    event.add("location", place)
    event.add("url", vUri(place))
    event.add("organizer", _address("PeerLearn", _nobody(f"booking-{booking.id}")))
    event.add("attendee", _address(person.name, person.email, partstat="ACCEPTED" if status != "CANCELLED" else "DECLINED"))
    event.add("attendee", _address(other.name, _nobody(f"booking-{booking.id}-other")))
    if status != "CANCELLED":
        for before in ALARMS:
            event.add_component(_alarm(lesson.title, before))
    return event


def _alarm(title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -before)
    return alarm


def _address(name: str, email: str, partstat: str = "") -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    if partstat:
        address.params["PARTSTAT"] = vText(partstat)
        address.params["RSVP"] = vText("FALSE")
    return address


def _nobody(name: str) -> str:
    return f"no-reply+{name}@{urlsplit(settings().base_url).hostname or 'peerlearn.invalid'}"
