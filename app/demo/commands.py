"""`bin/flask demo` and `bin/flask demo room`."""

import time

import click

from app.demo import load, rooms
from app.demo.cast import ADMIN, LEARNER, MENTOR
from app.demo.people import PASSWORD
from app.kernel.errors import DomainError


@click.group("demo", invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Fill the house with people, sessions and history. A second time adds nothing."""
    if context.invoked_subcommand is not None:
        return
    began = time.monotonic()
    try:
        added = load.load()
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
    if not added.mentors:
        click.echo("The demo is here already; nothing was added.")
        return
    click.echo(
        f"Added {added.mentors} mentors, {added.learners} learners, {added.lessons} sessions to book, {added.taught} in the past "
        f"and {added.bookings} bookings under way, in {time.monotonic() - began:.1f} s."
    )
    click.echo(f"Sign in as {MENTOR}, {LEARNER} or {ADMIN} with the password {PASSWORD}.")


@demo.command("room")
def room() -> None:
    """Print the id of a room that mentor@example.com and learner@example.com may join right now."""
    try:
        click.echo(rooms.joinable_room().public_id)
    except DomainError as reason:
        raise click.ClickException(reason.message) from reason
