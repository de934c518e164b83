"""What a mail carries besides its words: named in its row, made only when it is sent, so that it is never out of date."""

from dataclasses import dataclass

from app.accounts import queries as accounts
from app.bookings import ics
from app.bookings import queries as bookings
from app.extensions import db
from app.kernel.errors import NotFound
from app.payments.receipt_models import Receipt
from app.payments.receipts import pdf_of


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
    return f"calendar:{booking_id}"


def receipt_of(receipt_id: int) -> str:
    """The word for "this receipt as a PDF" in a mail's row."""
    return f"receipt:{receipt_id}"


def enclosed(word: str, user_id: int | None) -> Enclosure | None:
    """The file a mail's row speaks of, as things stand now; None when it names none, or nothing of theirs that is left to tell."""
    kind, _, reference = word.partition(":")
    if kind not in _MAKERS or user_id is None or not reference.isdigit():
        return None
    try:
        return _MAKERS[kind](user_id, int(reference))
    except NotFound:
        return None


def _calendar(person_id: int, booking_id: int) -> Enclosure:
    person = accounts.person(person_id)
    method, content = ics.invitation(person, bookings.of_either(person, booking_id))
    return Enclosure("session.ics", "text", "calendar", {"method": method, "charset": "utf-8"}, content)


def _receipt(person_id: int, receipt_id: int) -> Enclosure:
    """Theirs even when their account is closed: then the file is the only way to it."""
    receipt = db.session.get(Receipt, receipt_id)
    if receipt is None or receipt.person_id != person_id:
        raise NotFound
    return Enclosure(f"{receipt.number}.pdf", "application", "pdf", {}, pdf_of(receipt))


_MAKERS = {"calendar": _calendar, "receipt": _receipt}
