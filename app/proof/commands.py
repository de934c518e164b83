"""`bin/flask money …`: what an operator asks about money."""

import sys

import click

from app.payments.proving import Check
from app.proof import service, standing


@click.group("money")
def money() -> None:
    """Prove the books, and what else an operator asks about money."""


@money.command("prove")
def prove() -> None:
    """Hold the ledger against bookings, payments and the providers' books; exit 1 when something is wrong."""
    proof, checks = service.prove()
    group = ""
    for check in checks:
        if check.name.split(".")[0] != group:
            group = check.name.split(".")[0]
            click.echo(f"\n{group}")
        _say(check)
    _say_where_it_is()
    unknown = sum(bool(check.not_checked) for check in checks)
    ending = f"{proof.findings} wrong" if proof.findings else "The books agree"
    left_out = f", {unknown} not checked" if unknown else ""
    click.echo(f"\n{ending}: {len(checks)} checks{left_out}, {proof.took_ms / 1000:.1f} s")
    sys.exit(0 if proof.ok else 1)


def _say_where_it_is() -> None:
    heaps = standing.standing()
    if heaps:
        click.echo("\nwhere the money is (what we owe is positive)")
    for heap in heaps:
        many = f" in {heap.accounts:,} accounts" if heap.accounts > 1 else ""
        click.echo(f"  {heap.total.plain():>14} {heap.total.currency}  {heap.name}{many}")
    if taken_back := standing.chargebacks():
        click.echo(f"  {taken_back} payment{'s were' if taken_back > 1 else ' was'} taken back by the payers' banks")


def _say(check: Check) -> None:
    if check.not_checked:
        click.echo(f"  not checked  {check.title}: {check.not_checked}")
        return
    click.echo(f"  {'WRONG' if check.wrong else 'ok':<12} {check.title} ({check.looked_at:,} looked at)")
    for finding in check.first:
        click.echo(f"      {finding.about}: expected {finding.expected}, found {finding.found}")
    if check.wrong > len(check.first):
        click.echo(f"      … and {check.wrong - len(check.first):,} more")
