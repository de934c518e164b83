"""What follows when somebody reports somebody: admins are called, and the money stays where it is."""

from app.bookings.events import BookingCompleted, BookingMissed
from app.kernel.events import Reactions
from app.live import reports
from app.live.events import PersonReported
from app.notifications import service as notifications


def call_admins(event: PersonReported) -> None:
    """Every admin reads the number and the reason; the words are behind the command."""
    row = reports.report_by_id(event.report_id)
    for admin in reports.admins_to_tell(row):
        words = {"number": str(row.id), "title": row.room.lesson.title, "reason": row.reason.value}
        notifications.tell(admin.id, "report.made", str(row.id), link="/notices", **words)


def hold_money(event: PersonReported) -> None:
    """After the session there is something to hold at once."""
    reports.keep_held_for(event.report_id)


def hold_money_of(event: BookingCompleted | BookingMissed) -> None:
    """The outcome is measured: from now on there is something to hold."""
    reports.keep_held_of(event.lesson_id)


REACTIONS: Reactions = {
    PersonReported: [call_admins, hold_money],
    BookingCompleted: [hold_money_of],
    BookingMissed: [hold_money_of],
}
