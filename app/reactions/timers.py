"""Things that happen at a time: the quick path. The sweeps in each domain's jobs.py find what this loses."""

from app.bookings import jobs as booking_jobs
from app.bookings import policies, rejecting, settlement
from app.bookings import queries as bookings
from app.bookings.events import (
    BookingCanceled,
    BookingCompleted,
    BookingConfirmed,
    BookingDeclined,
    BookingExpired,
    BookingHeld,
    BookingMissed,
    BookingMoved,
    BookingRejected,
    BookingRequested,
    BookingUnpaid,
    MeetingGivenUp,
)
from app.kernel.clock import now
from app.kernel.events import Reactions
from app.kernel.jobs import at, later
from app.notifications.channels import mail
from app.notifications.events import MailWanted
from app.payments import jobs as payment_jobs

GoesBack = BookingCanceled | BookingCompleted | BookingDeclined | BookingExpired | BookingMissed | MeetingGivenUp


def release_hold_in_time(event: BookingHeld | BookingUnpaid) -> None:
    """An unpaid seat is free again when its ten minutes are over."""
    at(bookings.by_id(event.booking_id).held_until, booking_jobs.release_holds)


def expire_in_time(event: BookingRequested) -> None:
    """An unanswered request ends at its printed time."""
    decide_by = bookings.by_id(event.booking_id).decide_by
    if decide_by is not None:
        at(decide_by, booking_jobs.expire_request, event.booking_id)


def remind_in_time(event: BookingConfirmed | BookingMoved) -> None:
    """Both hear of it a day, an hour and ten minutes before."""
    starts_at = bookings.by_id(event.booking_id).lesson.starts_at
    for lead in policies.REMINDERS:
        if lead == policies.REMINDER or starts_at - lead > now():
            at(starts_at - lead, booking_jobs.remind_about, event.booking_id)


def finish_reject_in_time(event: BookingRejected) -> None:
    """What is not undone in ten seconds is final."""
    undo_until = bookings.by_id(event.booking_id).undo_until
    if undo_until is not None:
        at(undo_until, rejecting.finish_reject, event.booking_id)


def decide_in_time(event: BookingConfirmed | BookingMoved) -> None:
    """Ten minutes after the start it is clear whether both have come."""
    at(bookings.by_id(event.booking_id).lesson.starts_at + policies.NO_SHOW_AFTER, settlement.decide_absence, event.booking_id)


def refund_soon(event: GoesBack) -> None:
    """The money goes back at once, not at the next sweep."""
    later(payment_jobs.carry_out_refunds)


def refund_in_time(event: BookingMissed) -> None:
    """What waits for another time goes back when nobody has agreed on one."""
    by = bookings.by_id(event.booking_id).meet_again_by
    if by is not None:
        at(by, payment_jobs.carry_out_refunds)


def send_soon(event: MailWanted) -> None:
    """A mail leaves within a second when the worker is free."""
    later(mail.send_mail, event.mail_id, queue="mail")


REACTIONS: Reactions = {
    BookingHeld: [release_hold_in_time],
    BookingUnpaid: [release_hold_in_time],
    BookingRequested: [expire_in_time],
    BookingConfirmed: [remind_in_time, decide_in_time],
    BookingCanceled: [refund_soon],
    BookingMoved: [remind_in_time, decide_in_time],
    BookingCompleted: [refund_soon],
    BookingRejected: [finish_reject_in_time],
    BookingDeclined: [refund_soon],
    BookingExpired: [refund_soon],
    BookingMissed: [refund_soon, refund_in_time],
    MeetingGivenUp: [refund_soon],
    MailWanted: [send_soon],
}
