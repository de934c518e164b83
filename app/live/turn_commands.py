"""`bin/flask turn …`: set a relay up, and ask whether it works."""

import sys

import click
from flask.cli import AppGroup

from app.config import settings
from app.live.turn import relays
from app.live.turn_config import coturn_config
from app.live.turn_trial import Trial, try_relays

turn = AppGroup("turn", help="The relays (TURN) that carry calls through strict networks.")
NONE = "No relay is set up: name one in TURN_URLS and its secret in TURN_SECRET (.env.example says how)."


@turn.command("config")
@click.argument("host", required=False)
def print_config(host: str | None) -> None:
    """Print coturn's whole settings file for HOST, or for the first server of TURN_URLS."""
    known = {relay.host: relay for relay in relays(settings())}
    if not known:
        raise click.ClickException(NONE)
    if host is not None and host not in known:
        raise click.ClickException(f"TURN_URLS does not name {host}. Known: {', '.join(known)}")
    click.echo(coturn_config(settings(), known[host] if host else next(iter(known.values()))), nl=False)


@turn.command("test")
def try_all() -> None:
    """Take a place on every relay by every way, and send a word through it; exit code 1 if one fails."""
    found = relays(settings())
    if not found:
        raise click.ClickException(NONE)
    trials = try_relays(settings(), [url for relay in found for url in relay.ways])
    for trial in trials:
        click.echo(_line(trial))
    if not any(url.way == "TLS" and url.port == 443 for relay in found for url in relay.ways):
        click.echo("No relay is reached by TLS on port 443: people in strict networks stay out (bin/flask turn config says how).")
    if any(trial.problem for trial in trials):
        sys.exit(1)


def _line(trial: Trial) -> str:
    head = f"{trial.url.way}  {trial.url.text}"
    if trial.problem:
        return f"{head}  FAILED: {trial.problem}"
    return f"{head}  a place in {trial.milliseconds:.0f} ms, and words get through"
