"""`bin/flask …`: what an operator does by hand."""

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app

from app.accounts.commands import account
from app.bookings.dispute_commands import dispute
from app.demo.commands import demo
from app.kernel.schedule import periodic
from app.live.report_commands import report
from app.live.turn_commands import turn
from app.payments.commands import rehearsal
from app.payments.manual import commands as by_hand
from app.proof.commands import money


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(new_key)
    app.cli.add_command(sweep)
    app.cli.add_command(account)
    app.cli.add_command(demo)
    app.cli.add_command(dispute)
    for command in by_hand.COMMANDS:
        money.add_command(command)
    app.cli.add_command(money)
    app.cli.add_command(rehearsal)
    app.cli.add_command(report)
    app.cli.add_command(turn)


@click.command("new-key")
def new_key() -> None:
    """Print a fresh key for FERNET_KEYS."""
    click.echo(Fernet.generate_key().decode())


@click.command("sweep")
@click.argument("name", required=False)
def sweep(name: str | None) -> None:
    """Run one periodic job (or all of them) now."""
    chosen = [entry for entry in periodic() if name in (None, entry.name)]
    if not chosen:
        known = ", ".join(sorted(entry.name for entry in periodic()))
        raise click.ClickException(f"There is no periodic job called {name}. Known: {known}")
    for entry in chosen:
        entry.function()
        click.echo(entry.name)
    current_app.logger.info("swept %d jobs by hand", len(chosen))
