"""`bin/flask money import|unmatched|confirm|return|set-aside|todo|done|failed|redirect`: money that people move."""

from pathlib import Path

import click

from app.accounts import queries as accounts
from app.accounts.models import User
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.payments.manual import deciding, incoming, outgoing
from app.payments.manual.accounts import written_out
from app.payments.manual.models import HandTransfer, StatementLine, TransferState
from app.payments.providers.base import Kind

SHOWN_TEXT = 60
AS = click.option("--as", "email", default="", help="Your address; you must be an admin. Not needed where there is only one.")
UPI = click.option("--upi", default="", help="A UPI ID it goes to.")
ACCOUNT = click.option("--account", nargs=3, default=None, help="NAME NUMBER CODE of a bank account it goes to.")


class Spoken(click.Command):
    """A command whose refusals are sentences, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run it; what a use case refuses is said and exits with 1."""
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            raise click.ClickException(refusal.message) from refusal


@click.command("import", cls=Spoken)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@AS
def import_file(file: Path, email: str) -> None:
    """Read a bank statement (CSV): matching payments are paid, the rest waits. The same file again changes nothing."""
    done = incoming.import_statement(_admin(email), file.read_bytes(), file.name)
    for line in done.matched:
        click.echo(f"paid       {line.amount}  {line.booked_on}  {_said(line)}")
    for line in done.unmatched:
        click.echo(f"unmatched  {line.amount}  {line.booked_on}  no. {line.id}: {incoming.REASONS[line.reason]}  {_said(line)}")
    for unread in done.unread:
        click.echo(f"line {unread.number} was not read: {unread.why}", err=True)
    counts = f"{len(done.matched)} paid, {len(done.unmatched)} unmatched, {done.known} known already, {done.outgoing} outgoing"
    click.echo(f"{counts}, {len(done.unread)} not read")


@click.command("unmatched", cls=Spoken)
@AS
def unmatched(email: str) -> None:
    """Money that came and matches no payment; confirm, return or set-aside decides."""
    found = deciding.unmatched(_admin(email))
    for line in found:
        click.echo(f"{line.id}  {line.amount}  {line.booked_on}  {incoming.REASONS[line.reason]}  {_said(line)}")
    if not found:
        click.echo("Everything that came has its place.")


@click.command("confirm", cls=Spoken)
@click.argument("unmatched_id", type=int)
@click.argument("payment_reference")
@AS
def confirm(unmatched_id: int, payment_reference: str, email: str) -> None:
    """Say which payment an unmatched line pays. What it brings beyond the price goes back."""
    line = deciding.confirm_line(_admin(email), unmatched_id, payment_reference)
    click.echo(f"{line.amount} {line.note}.")


@click.command("return", cls=Spoken)
@click.argument("unmatched_id", type=int)
@UPI
@ACCOUNT
@AS
def give_back(unmatched_id: int, upi: str, account: tuple[str, str, str] | None, email: str) -> None:
    """Send an unmatched line back: to the payer its text names, or to the account you give. It joins `money todo`."""
    kind, details = _place(upi, account)
    line = deciding.send_line_back(_admin(email), unmatched_id, kind=kind, details=details)
    click.echo(f"{line.amount}: {line.note}. It is on the list of `money todo`.")


@click.command("set-aside", cls=Spoken)
@click.argument("unmatched_id", type=int)
@click.argument("why")
@AS
def set_aside(unmatched_id: int, why: str, email: str) -> None:
    """An unmatched line is no payer's money (interest, a transfer of your own): it leaves our books."""
    line = deciding.set_line_aside(_admin(email), unmatched_id, why)
    click.echo(f"{line.amount} set aside: {line.note}")


@click.command("todo", cls=Spoken)
@AS
def todo(email: str) -> None:
    """What to send: how much, to whom, what to write with it, and by when."""
    admin = _admin(email)
    found = outgoing.to_send(admin)
    for one in found:
        late = " (LATE)" if one.due_at <= now() else ""
        click.echo(f"{one.id}  {one.amount}  to {written_out(one.kind, one.account)}")
        click.echo(f"    write “{one.words}”; {one.purpose.value.replace('_', ' ')}, by {one.due_at:%a %-d %b %Y, %H:%M} UTC{late}")
        if one.state is TransferState.RETURNED:
            click.echo(f"    came back: {one.reason}. Ask them for another account, then `money redirect {one.id} …`.")
    waiting = len(deciding.unmatched(admin))
    click.echo(f"{len(found) or 'Nothing'} to send." + (f" {waiting} unmatched: see `money unmatched`." if waiting else ""))


@click.command("done", cls=Spoken)
@click.argument("key", type=int)
@click.option("--reference", "bank_reference", required=True, help="The bank's own reference of the transfer.")
@AS
def done(key: int, bank_reference: str, email: str) -> None:
    """You have sent it."""
    _say(outgoing.mark_sent(_admin(email), key, bank_reference), "sent")


@click.command("failed", cls=Spoken)
@click.argument("key", type=int)
@click.option("--reason", required=True, help="What the bank said.")
@AS
def failed(key: int, reason: str, email: str) -> None:
    """The bank did not take it. A withdrawal is the mentor's again; a refund stays on the list, for another account."""
    _say(outgoing.mark_failed(_admin(email), key, reason), "failed")


@click.command("redirect", cls=Spoken)
@click.argument("key", type=int)
@UPI
@ACCOUNT
@AS
def redirect(key: int, upi: str, account: tuple[str, str, str] | None, email: str) -> None:
    """Send it to another account, as its owner asked."""
    kind, details = _place(upi, account)
    if not kind:
        raise click.UsageError("Say where it goes: --upi ID, or --account NAME NUMBER CODE.")
    _say(outgoing.send_elsewhere(_admin(email), key, kind, details), "goes elsewhere now")


COMMANDS = (import_file, unmatched, confirm, give_back, set_aside, todo, done, failed, redirect)


def _admin(email: str) -> User:
    """Whoever says so by their address; the only admin where there is one."""
    if not email:
        admins = accounts.admins()
        if len(admins) != 1:
            raise click.UsageError("Say who you are: --as YOUR-ADDRESS (an admin’s).")
        return admins[0]
    admin = accounts.by_email(email.strip().lower())
    if admin is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return admin


def _place(upi: str, account: tuple[str, str, str] | None) -> tuple[str, dict[str, str]]:
    if upi:
        return Kind.UPI.value, {"upi_id": upi}
    if account:
        return Kind.BANK.value, dict(zip(("account_name", "account_number", "ifsc"), account, strict=True))
    return "", {}


def _said(line: StatementLine) -> str:
    return f"“{line.text[:SHOWN_TEXT]}”"


def _say(transfer: HandTransfer, what: str) -> None:
    click.echo(f"{transfer.id}  {transfer.amount} to {transfer.account_label}: {what}.")
