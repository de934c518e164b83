"""What a mail carries besides its words: named in its row, made only when it is sent, so that it is never out of date."""

from dataclasses import dataclass

from app.accounts import queries as accounts
from app.bookings import ics
from app.bookings import queries as bookings
from app.kernel.errors import NotFound

CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file: its name, its type and that type's parameters, its bytes."""

    name: str
    main_type: str
    sub_type: str
    parameters: dict[str, str]
    content: bytes


def calendar_of(booking_id: int) -> str:
    """The word for "this booking's calendar file" in a mail's row."""
    return f"{CALENDAR}:{booking_id}"


def enclosed(word: str, user_id: int | None) -> Enclosure | None:
    """The file a mail's row speaks of, as things stand now; None when it names none, or nothing of theirs that is left to tell."""
    kind, _, reference = word.partition(":")
    if kind != CALENDAR or user_id is None or not reference.isdigit():
        return None
    try:
        person = accounts.person(user_id)
        method, content = ics.invitation(person, bookings.of_either(person, int(reference)))
    except NotFound:
        return None
    return Enclosure("session.ics", "text", "calendar", {"method": method, "charset": "utf-8"}, content)
