"""What follows from a gift: the mentor hears of it, the minute runs, both pages look again."""

from app.bookings import queries as bookings
from app.extensions import db
from app.gifts import finishing, service
from app.gifts.events import GiftArrived, GiftBecameFinal, GiftFailed, GiftUndone, TipReleased
from app.gifts.models import Gift
from app.gifts.queries import SOMEBODY, by_id
from app.kernel.events import Reactions
from app.kernel.jobs import at, later
from app.live import queries as rooms
from app.live.messages import Thanks
from app.notifications import service as notifications
from app.payments import jobs as payment_jobs
from app.payments.events import PaymentCaptured, PaymentFailed, PaymentReturned, PaymentSecured
from app.realtime.nudge import nudge
from app.realtime.rooms import tell_seat

EARNINGS = "/dashboard/mentor/earnings"

GiftFact = GiftArrived | GiftUndone | GiftFailed | GiftBecameFinal | TipReleased
PaymentFact = PaymentSecured | PaymentCaptured | PaymentFailed | PaymentReturned


def move_gift_on(event: PaymentFact) -> None:
    """The gift a payment is for looks at its payment again, whatever became of it."""
    if event.purpose == "gift":
        service.follow_money(int(event.reference))


def finish_in_time(event: GiftArrived | PaymentCaptured) -> None:
    """What is not undone in a minute is final."""
    gift_id = event.gift_id if isinstance(event, GiftArrived) else int(event.reference) if event.purpose == "gift" else 0
    gift = db.session.get(Gift, gift_id)
    if gift is not None and gift.undo_until is not None:
        at(gift.undo_until, finishing.make_final, gift.id)


def tell_mentor(event: GiftArrived) -> None:
    """Thank you! Who, how much and, unless it is private, for what."""
    gift = by_id(event.gift_id)
    words = {"person": _name(gift), "amount": str(gift.net), "note": f" “{gift.note}”" if gift.note else ""}
    if gift.is_private:
        notifications.tell(gift.mentor_id, "gift.private", str(gift.id), link=EARNINGS, **words)
    else:
        title = bookings.by_id(gift.booking_id).lesson.title
        notifications.tell(gift.mentor_id, "gift.given", str(gift.id), link=EARNINGS, title=title, **words)


def thank_in_the_room(event: GiftArrived) -> None:
    """Where the mentor is teaching just now, they read it at once."""
    gift = by_id(event.gift_id)
    room = rooms.of_lesson(bookings.by_id(gift.booking_id).lesson_id)
    if room is not None:
        tell_seat(room.public_id, gift.mentor_id, "thanks", Thanks(_name(gift), str(gift.net)))


def tell_mentor_of_loss(event: GiftUndone | GiftFailed) -> None:
    """They had read of it: so they read that it will not come."""
    if isinstance(event, GiftFailed) and not event.was_seen:
        return
    gift = by_id(event.gift_id)
    kind = "gift.undone" if isinstance(event, GiftUndone) else "gift.lost"
    notifications.tell(gift.mentor_id, kind, str(gift.id), link=EARNINGS, person=_name(gift), amount=str(gift.net))


def tell_giver_of_failure(event: GiftFailed) -> None:
    """The bank said yes and then no: the giver thought it was done."""
    if event.was_seen:
        gift = by_id(event.gift_id)
        words = {"person": gift.mentor.name, "amount": str(gift.amount)}
        notifications.tell(gift.giver_id, "gift.failed", str(gift.id), link=f"/bookings/{gift.booking_id}", **words)


def give_back_soon(event: GiftUndone | GiftFailed) -> None:
    """The money goes back at once, not at the next sweep."""
    later(payment_jobs.carry_out_refunds)


def both_look_again(event: GiftFact) -> None:
    """The mentor's earnings are live; the giver's dialog and payments too."""
    nudge([event.mentor_id], "earnings")
    nudge([event.giver_id], "payments")


def giver_looks_again(event: PaymentFailed | PaymentReturned) -> None:
    """A try failed, or the money came back."""
    if event.purpose == "gift":
        nudge([by_id(int(event.reference)).giver_id], "payments")


def _name(gift: Gift) -> str:
    return SOMEBODY if gift.is_private else gift.giver.name


REACTIONS: Reactions = {
    PaymentSecured: [move_gift_on],
    PaymentCaptured: [move_gift_on, finish_in_time],
    PaymentFailed: [move_gift_on, giver_looks_again],
    PaymentReturned: [move_gift_on, giver_looks_again],
    GiftArrived: [tell_mentor, thank_in_the_room, finish_in_time, both_look_again],
    GiftUndone: [tell_mentor_of_loss, give_back_soon, both_look_again],
    GiftFailed: [tell_mentor_of_loss, tell_giver_of_failure, give_back_soon, both_look_again],
    GiftBecameFinal: [both_look_again],
    TipReleased: [both_look_again],
}
