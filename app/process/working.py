"""The worker: RQ with our heartbeat. Never monkey-patched; the app is loaded before the first fork, so a job starts in 0.1 s."""

import logging
from collections.abc import Sequence

from flask import Flask
from redis import Redis
from redis.client import Pipeline
from rq import Queue, Worker
from rq.job import Job

from app.config import settings
from app.extensions import db
from app.kernel import queues
from app.kernel.jobs import QUEUES
from app.process.environment import CannotStart

log = logging.getLogger(__name__)

ROUND_SECONDS = 20
"""RQ waits this long less 15 s for a job, so an idle worker beats every five seconds."""
BEAT_WHILE_WORKING = 5


class BeatingWorker(Worker):
    """An RQ worker whose main loop says that it lives, idle or with a job running."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tell RQ, and tell /readyz."""
        super().heartbeat(timeout, pipeline)
        queues.beat("worker" if QUEUES[0] in self.queue_names() else "media")

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the fork: leave the parent's connections to the parent, or both would read from one of them."""
        db.engine.dispose(close=False)
        super().main_work_horse(job, queue)


def work(app: Flask, names: Sequence[str] = QUEUES) -> None:
    """Work these queues until SIGTERM; the running job is finished first. CannotStart without Redis or for a name nobody knows."""
    with app.app_context():
        url = settings().redis_url
        if not url:
            raise CannotStart("the worker needs REDIS_URL.")
        if unknown := [name for name in names if name not in QUEUES]:
            raise CannotStart(f"there is no queue named {unknown[0]}; there are {', '.join(QUEUES)}.")
        log.info("the worker listens to %s", ", ".join(names))
        worker = BeatingWorker(
            list(names), connection=Redis.from_url(url), worker_ttl=ROUND_SECONDS, job_monitoring_interval=BEAT_WHILE_WORKING
        )
        worker.work(with_scheduler=True, logging_level="WARNING")
