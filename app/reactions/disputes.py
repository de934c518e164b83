"""What follows when somebody disputes an outcome: the other side is asked, admins are called, both read what came of it."""

from app.accounts import queries as accounts
from app.accounts.models import User
from app.bookings import dispute_queries
from app.bookings import queries as bookings
from app.bookings.dispute_models import Dispute, DisputeKind
from app.bookings.events import (
    DisputeLate,
    DisputeOpened,
    DisputeSettled,
    DisputeSilent,
    DisputeSpoken,
    DisputeUndecided,
    DisputeWithdrawn,
)
from app.bookings.explaining import explain_dispute
from app.bookings.models import Booking
from app.kernel.events import Reactions
from app.kernel.jobs import later
from app.kernel.money import Money
from app.notifications import service as notifications
from app.payments import jobs as payment_jobs
from app.reactions.notices import wall_clock


def ask_the_other(event: DisputeOpened) -> None:
    """What is wanted, and until when they can answer."""
    dispute, booking = _read(event)
    other = accounts.person(event.other_id)
    words = {"claim": _claim(dispute), "deadline": wall_clock(dispute.answer_by, other.timezone)}
    _tell(event.other_id, "dispute.opened", booking, dispute.id, person=accounts.person(event.author_id), **words)


def remind_the_other(event: DisputeSilent) -> None:
    """Two days are left; what silence means is said with it."""
    dispute, booking = _read(event)
    silence = "it goes back." if dispute.is_about_money else "it is settled from what is there."
    other = accounts.person(event.other_id)
    words = {"claim": _claim(dispute), "silence": silence, "deadline": wall_clock(dispute.answer_by, other.timezone)}
    _tell(event.other_id, "dispute.remind", booking, dispute.id, person=accounts.person(event.author_id), **words)


def _claim(dispute: Dispute) -> str:
    if dispute.is_about_money:
        return f"{dispute.wanted} is wanted back."
    return "a strike is to be lifted." if dispute.kind is DisputeKind.STRIKE else "the free session was not as agreed."


def pass_on_words(event: DisputeSpoken) -> None:
    """The other side reads that there is something new, and the sum if one was named."""
    dispute, booking = _read(event)
    said = next(one for one in dispute.statements if one.id == event.statement_id)
    claim = (
        "there is something new to read."
        if said.offer_minor is None
        else f"{Money(said.offer_minor, dispute.currency)} is offered."
    )
    _tell(event.other_id, "dispute.spoken", booking, said.id, person=accounts.person(event.author_id), claim=claim)


def call_admins(event: DisputeUndecided | DisputeLate) -> None:
    """Whoever may decide reads the number and the deadline; once more when it has passed."""
    dispute, booking = _read(event)
    kind = "dispute.late" if isinstance(event, DisputeLate) else "dispute.undecided"
    for admin in accounts.admins():
        deadline = wall_clock(dispute.decide_by, admin.timezone) if dispute.decide_by else ""
        words = {"number": str(dispute.id), "title": booking.lesson.title, "deadline": deadline}
        notifications.tell(admin.id, kind, str(dispute.id), link="/notices", **words)


def tell_both(event: DisputeSettled) -> None:
    """What came of it, for each in their own words."""
    dispute, booking = _read(event)
    for person, other in _sides(booking):
        outcome = explain_dispute(dispute, to_mentor=person.id == booking.lesson.mentor_id, other=other.name.split()[0])
        _tell(person.id, "dispute.settled", booking, dispute.id, person=other, outcome=outcome)


def tell_of_withdrawal(event: DisputeWithdrawn) -> None:
    """Nothing has to be done any more."""
    dispute, booking = _read(event)
    _tell(event.other_id, "dispute.withdrawn", booking, dispute.id, person=accounts.person(event.author_id))


def carry_out_soon(event: DisputeSettled) -> None:
    """What goes back leaves at once, not at the next sweep."""
    later(payment_jobs.carry_out_refunds)


def _tell(person_id: int, kind: str, booking: Booking, reference: int, *, person: User, **words: str) -> None:
    link = f"/bookings/{booking.id}/dispute"
    notifications.tell(person_id, kind, str(reference), link=link, title=booking.lesson.title, person=person.name, **words)


def _sides(booking: Booking) -> tuple[tuple[User, User], tuple[User, User]]:
    mentor, learner = booking.lesson.mentor, booking.learner
    return (mentor, learner), (learner, mentor)


def _read(
    event: DisputeOpened | DisputeSilent | DisputeSpoken | DisputeUndecided | DisputeLate | DisputeSettled | DisputeWithdrawn,
) -> tuple[Dispute, Booking]:
    return dispute_queries.dispute_by_id(event.dispute_id), bookings.by_id(event.booking_id)


REACTIONS: Reactions = {
    DisputeOpened: [ask_the_other],
    DisputeSilent: [remind_the_other],
    DisputeSpoken: [pass_on_words],
    DisputeUndecided: [call_admins],
    DisputeLate: [call_admins],
    DisputeSettled: [carry_out_soon, tell_both],
    DisputeWithdrawn: [tell_of_withdrawal],
}
