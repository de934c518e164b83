"""`bin/flask report list|show|film|close`: what an admin does about reports by hand. Money is decided with `bin/flask dispute`."""

import click

from app.accounts import queries as accounts
from app.bookings import queries as bookings
from app.bookings.dispute_queries import dispute_by_id, disputes_of
from app.kernel.errors import DomainError
from app.live import reports
from app.live.queries import chat_tail, of_lesson
from app.live.recording_links import film_of
from app.live.report_models import PersonReport


@click.group("report")
def report() -> None:
    """Look at reports and close them."""


@report.command("list")
def list_all() -> None:
    """Everything nobody has seen to, the oldest first."""
    found = reports.open_reports()
    for row in found:
        who = f"{row.reporter.name} about {row.person.name}"
        click.echo(f"{row.id}  {row.created_at:%Y-%m-%d %H:%M} UTC  {row.reason.value}: {who}")
    if not found:
        click.echo("Nobody is reported.")


@report.command("show")
@click.argument("number", type=int)
def show(number: int) -> None:
    """One report with its words, the dispute that holds the money, where the film lies, and what was said in the room."""
    row = _found(number)
    click.echo(f"Report {row.id}, {row.created_at:%Y-%m-%d %H:%M} UTC: {row.reason.value}")
    for role, person in (("By", row.reporter), ("About", row.person)):
        click.echo(f"{role}: {person.name} <{person.email}>, account {person.id}")
    click.echo(f"In: “{row.room.lesson.title}”, room {row.room.public_id}")
    click.echo(f"Words: {row.words or '(none)'}")
    for dispute in disputes_of(row.booking_id) if row.booking_id else ():
        click.echo(f"Money: dispute {dispute.id}, {dispute.state.value}, {dispute.wanted} held")
    for words in film_of(row.room):
        click.echo(f"Film: {words}")
    for line in chat_tail(row.room):
        click.echo(f"{line.sent_at[:19]} {line.name}: {line.text}")


@report.command("film")
@click.argument("dispute", type=int)
def film(dispute: int) -> None:
    """Where the film of a disputed session lies, by the dispute's number."""
    try:
        room = of_lesson(bookings.by_id(dispute_by_id(dispute).booking_id).lesson_id)
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
    found = film_of(room) if room is not None else []
    for words in found or ["There is no film of this session."]:
        click.echo(words)


@report.command("close")
@click.argument("number", type=int)
@click.option("--as", "email", required=True, help="Your address; you must be an admin.")
def close(number: int, email: str) -> None:
    """Say that it has been seen to."""
    admin = accounts.by_email(email.strip().lower())
    if admin is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    try:
        reports.close_report(admin, number)
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
    click.echo("Closed.")


def _found(number: int) -> PersonReport:
    try:
        return reports.report_by_id(number)
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
