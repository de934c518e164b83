"""`bin/flask account disable`: what an operator does by hand to an account."""

import click

from app.accounts import queries
from app.accounts.closing import disable_account
from app.accounts.service import normalised_email


@click.group("account")
def account() -> None:
    """Look after accounts."""


@account.command("disable")
@click.argument("email")
@click.option("--reason", default="by the operator", help="Kept in the audit trail.")
def disable(email: str, reason: str) -> None:
    """Suspend somebody: sign-ins closed, plans ended, money sent back by the rules."""
    user = queries.by_email(normalised_email(email))
    if user is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    disable_account(None, user.id, reason)
    click.echo(f"{user.email} is closed. What was ahead is canceled; what is earned stays theirs.")
