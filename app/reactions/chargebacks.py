"""What follows when a payer's bank takes a payment back: mentor and admins read it in plain words, both see it in the line."""

from app.accounts import queries as accounts
from app.bookings import queries as bookings
from app.extensions import db
from app.gifts import queries as gifts
from app.kernel.events import Reactions
from app.notifications import service as notifications
from app.payments.events import PaymentDisputed, PaymentPutBack
from app.payments.models import Payment
from app.realtime.nudge import nudge


def tell_mentor(event: PaymentDisputed) -> None:
    """Their money stays theirs: the loss is the platform's."""
    payment = db.session.get_one(Payment, event.payment_id)
    words = {"amount": str(payment.charged_back)}
    if event.purpose == "booking":
        booking = bookings.by_id(int(event.reference))
        words |= {"title": booking.lesson.title, "person": booking.learner.name}
        link = f"/bookings/{booking.id}"
        notifications.tell(booking.lesson.mentor_id, "payment.taken_back", str(payment.id), link=link, **words)
    elif event.purpose == "gift":
        gift = gifts.by_id(int(event.reference))
        words["person"] = gifts.SOMEBODY if gift.is_private else gift.giver.name
        notifications.tell(gift.mentor_id, "gift.taken_back", str(payment.id), link="/dashboard/mentor/earnings", **words)


def call_admins(event: PaymentDisputed) -> None:
    """Which payment, how much, and where to look: somebody may want to answer the bank."""
    payment = db.session.get_one(Payment, event.payment_id)
    words = {"number": str(payment.id), "amount": str(payment.charged_back), "provider": payment.provider}
    what = f"{event.purpose} {event.reference}"
    for admin in accounts.admins():
        notifications.tell(admin.id, "payment.charged_back", str(payment.id), link="/notices", what=what, **words)


def tell_admins_of_winning(event: PaymentPutBack) -> None:
    """The loss is none any more; what its refund had covered goes back by itself."""
    payment = db.session.get_one(Payment, event.payment_id)
    words = {"number": str(payment.id), "amount": str(payment.put_back), "provider": payment.provider}
    what = f"{event.purpose} {event.reference}"
    for admin in accounts.admins():
        notifications.tell(admin.id, "payment.put_back", str(payment.id), link="/notices", what=what, **words)


def both_look_again(event: PaymentDisputed | PaymentPutBack) -> None:
    """The line of the booking's money has one step more."""
    payment = db.session.get_one(Payment, event.payment_id)
    nudge([payment.payer_id], "payments", "bookings")
    if event.purpose == "booking":
        nudge([bookings.by_id(int(event.reference)).lesson.mentor_id], "bookings", "earnings")
    elif event.purpose == "gift":
        nudge([gifts.by_id(int(event.reference)).mentor_id], "earnings")


REACTIONS: Reactions = {
    PaymentDisputed: [tell_mentor, call_admins, both_look_again],
    PaymentPutBack: [tell_admins_of_winning, both_look_again],
}
"""One search for PaymentDisputed says who hears of it."""
