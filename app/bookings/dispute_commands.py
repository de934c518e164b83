"""`bin/flask dispute list|show|decide`: what an admin does about disputes by hand."""

from datetime import datetime

import click

from app.accounts import queries as accounts
from app.bookings import dispute_queries
from app.bookings import queries as bookings
from app.bookings.dispute_endings import decide_dispute
from app.bookings.dispute_models import Dispute
from app.bookings.explaining import explain
from app.bookings.room_log import PersonLog, room_log
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.money import Money, parse_money


@click.group("dispute")
def dispute() -> None:
    """Look at disputes and decide them."""


@dispute.command("list")
def list_all() -> None:
    """Everything that is not settled, the most urgent first."""
    found = dispute_queries.undecided()
    for one in found:
        booking = bookings.by_id(one.booking_id)
        click.echo(f"{one.id}  {_standing(one)}  {one.wanted} of {booking.kept} held  “{booking.lesson.title}”")
    if not found:
        click.echo("Nobody disputes anything.")


@dispute.command("show")
@click.argument("number", type=int)
def show(number: int) -> None:
    """One dispute with both sides' words and what the room measured."""
    try:
        found = dispute_queries.dispute_by_id(number)
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
    booking = bookings.by_id(found.booking_id)
    mentor, learner = booking.lesson.mentor, booking.learner
    click.echo(f"Dispute {found.id} of booking {booking.id}: {_standing(found)}")
    click.echo(f"“{booking.lesson.title}”, {_clock(booking.lesson.starts_at)}, {mentor.name} teaches {learner.name}")
    click.echo(f"About: {found.kind.value}, {found.reason.value}. Price {booking.price}, still held {booking.kept}.")
    if booking.settlement is not None:
        click.echo(
            f"Measured: {explain(booking.settlement, to_mentor=False, other=mentor.name.split()[0])} (as the learner reads it)"
        )
    for log in room_log(booking).people:
        click.echo(f"In the room: {log.person.name}: {_stays(log)}")
    for said in found.statements:
        offer = "" if said.offer_minor is None else f" [{Money(said.offer_minor, found.currency)}]"
        click.echo(f"{_clock(said.at)} {said.author.name}{offer}: {said.words}")
    if found.decision:
        click.echo(f"Decision: {found.refund} goes back. {found.decision}")


@dispute.command("decide")
@click.argument("number", type=int)
@click.argument("words")
@click.option("--as", "email", required=True, help="Your address; you must be an admin.")
@click.option("--refund", default="0", show_default=True, help="What goes back to the learner, such as 9 or 9.50.")
@click.option("--lift-strike", is_flag=True, help="For a mentor's appeal: the strike does not count.")
def decide(number: int, words: str, email: str, refund: str, *, lift_strike: bool) -> None:
    """Decide one: WORDS are read by both people. Cannot be undone."""
    admin = accounts.by_email(email.strip().lower())
    if admin is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    try:
        found = dispute_queries.dispute_by_id(number)
        back = parse_money(refund, found.currency)
        decided = decide_dispute(admin, number, back.amount_minor, words, lifts_strike=lift_strike)
    except ValueError as reason:
        raise click.ClickException(f"{refund} is not an amount.") from reason
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
    click.echo(f"Decided: {decided.refund} goes back." if not lift_strike else "Decided: the strike is lifted.")


def _standing(found: Dispute) -> str:
    if not found.is_live:
        return found.state.value
    if found.decide_by is None:
        return f"waits for an answer until {_clock(found.answer_by)}"
    return f"decide by {_clock(found.decide_by)}" + (" (LATE)" if found.decide_by <= now() else "")


def _stays(log: PersonLog) -> str:
    stays = ", ".join(f"{stay.start:%H:%M:%S}-{stay.end:%H:%M:%S}" for stay in log.stays) or "never"
    return stays + (f"; could not get in at {', '.join(f'{at:%H:%M:%S}' for at in log.failed_tries)}" if log.failed_tries else "")


def _clock(moment: datetime) -> str:
    return f"{moment:%a %-d %b %Y, %H:%M} UTC"
