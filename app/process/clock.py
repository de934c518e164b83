"""The clock: puts the sweeps of kernel/schedule.py on the queue when their time has come, those of one moment as one job.

Any number of clocks may run: Redis lets one of them have each period. Without Redis it waits and tries again; a round that was
missed is made up by the next, because sweeps ask the database what is due.
"""

import logging
import signal
import sys
import threading

from flask import Flask

from app.config import Misconfigured
from app.factory import create_app
from app.kernel import queues, schedule
from app.process.rounds import run_round

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
BEAT_EVERY_TICKS = 5


def main() -> int:
    """Tick until SIGTERM or SIGINT; 1 when the settings are wrong."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    try:
        app = create_app()
    except Misconfigured as reasons:
        print(reasons, file=sys.stderr)
        return 1
    keep_time(app, stopping)
    return 0


def keep_time(app: Flask, stopping: threading.Event) -> None:
    """Tick every second; trouble is logged once, when it begins, and again when it is over."""
    troubled = False
    ticks = 0
    with app.app_context():
        while not stopping.wait(TICK_SECONDS):
            try:
                tick()
                if ticks % BEAT_EVERY_TICKS == 0:
                    queues.beat("clock")
            except Exception as error:
                if not troubled:
                    log.warning("sweeps cannot be enqueued (%s); trying again every second", error)
                troubled = True
            else:
                if troubled:
                    log.info("sweeps are enqueued again")
                troubled = False
            ticks += 1


def tick() -> int:
    """Enqueue what is due; returns how many sweeps that were."""
    names = [entry.name for entry in schedule.periodic() if queues.claim_sweep(entry.name, entry.every_seconds)]
    if names:
        queues.put_round(run_round, names)
    return len(names)


if __name__ == "__main__":
    sys.exit(main())
