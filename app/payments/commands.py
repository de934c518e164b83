"""`bin/flask rehearsal …`: look at the rehearsal's post, and hurry it."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.payments.providers import rehearsal_post
from app.payments.providers.rehearsal_books import Books, events

rehearsal = AppGroup("rehearsal", help="The rehearsal provider's messages to our own door.")


@rehearsal.command("events")
@click.option("--most", default=20, show_default=True, help="How many, the newest first.")
def show_events(most: int) -> None:
    """What was told, what waits, what was lost."""
    with Books() as books:
        rows = books.execute(select(events).order_by(events.c.id.desc()).limit(most)).all()
    for row in rows:
        waits = f"next try {row.next_at:%H:%M:%S} UTC" if row.next_at else ""
        what = f"{row.created_at:%Y-%m-%d %H:%M:%S}  {row.type:26} {row.object_id:26}"
        click.echo(f"{what} {row.outcome or waits}  ({row.tries} tries)")


@rehearsal.command("deliver")
def deliver_events() -> None:
    """Post what is due now; REHEARSAL_EVENTS says how reliably."""
    rehearsal_post.deliver()
