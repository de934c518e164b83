"""A round of sweeps as one job. A fork costs more than most sweeps do, and two of them fall due every second."""

import logging

from rq.timeouts import JobTimeoutException

from app.extensions import db
from app.kernel import schedule

log = logging.getLogger(__name__)


class SweepsFailed(Exception):
    """Some sweeps of a round; each has been logged with its reason."""


def run_round(names: list[str]) -> None:
    """Run sweeps one after the other; one that fails keeps none from its turn. SweepsFailed at the end: the queue counts it."""
    failed = []
    for entry in schedule.periodic():
        if entry.name not in names:
            continue
        try:
            entry.function()
        except JobTimeoutException:
            raise  # the round has had its time; the next one makes up for it
        except Exception:
            log.exception("the sweep %s failed", entry.name)
            failed.append(entry.name)
        finally:
            db.session.remove()
    if failed:
        raise SweepsFailed(", ".join(failed))
