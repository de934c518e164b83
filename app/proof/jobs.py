"""The nightly proof."""

from datetime import timedelta

from app.kernel.clock import now
from app.kernel.schedule import Periodic
from app.proof import service

HOUR = 3
"""UTC; the proof of a day is due from then on, and is made up for when nobody was running at that hour."""


def prove_nightly() -> None:
    """Prove the books unless that was done since three o'clock."""
    moment = now()
    due = moment.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    due = due if due <= moment else due - timedelta(days=1)
    last = service.latest()
    if last is None or last.at < due:
        service.prove()


PERIODIC = (Periodic("proof.nightly", 600, prove_nightly),)
