"""Work for later: put on RQ after the commit.

A job is a shallow module-level function of ids. It re-reads the state and does nothing the second time. Whatever must happen is
also found by a sweep (kernel/schedule.py), so losing Redis costs time, never work: a failed enqueue is logged and forgotten.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from redis import Redis
from rq import Queue, Retry

from app.kernel.clock import now
from app.kernel.transaction import current

log = logging.getLogger(__name__)

QUEUES = ("default", "mail", "media")
"""Most urgent first. What reads and writes films takes minutes, so a worker of its own works "media" (worker.py)."""

PATIENCE = {"media": 2 * 60 * 60}
"""Seconds a job of a queue may run, where that is longer than RQ's own three minutes."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function, its arguments and when it is due (None: at once)."""

    function: Callable[..., None]
    arguments: tuple[Any, ...]
    due_at: datetime | None = None
    queue: str = "default"


class RedisJobs:
    """Puts jobs on RQ."""

    def __init__(self, url: str) -> None:
        self._connection = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)

    def put(self, job: Job) -> None:
        """Enqueue one job; redis errors go up to the caller."""
        queue = Queue(job.queue, connection=self._connection)
        retry = Retry(max=3, interval=[5, 30, 120])
        if job.due_at is None or job.due_at <= now():
            queue.enqueue(
                job.function,
                *job.arguments,
                retry=retry,
                result_ttl=60,
                failure_ttl=86_400,
                job_timeout=PATIENCE.get(job.queue),
            )
        else:
            queue.enqueue_at(job.due_at, job.function, *job.arguments, retry=retry, result_ttl=60)


class RecordedJobs:
    """Keeps jobs in a list: without Redis the sweeps do the work, and tests run the list by hand."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def put(self, job: Job) -> None:
        """Remember one job (the last 10,000)."""
        self.jobs.append(job)
        del self.jobs[:-10_000]

    def run(self) -> int:
        """Run what is due, and what that puts on the list, until nothing is left; returns how many ran."""
        count = 0
        while due := [job for job in self.jobs if job.due_at is None or job.due_at <= now()]:
            for job in due:
                self.jobs.remove(job)
                job.function(*job.arguments)
                count += 1
        return count


def later(function: Callable[..., None], *arguments: Any, queue: str = "default") -> None:
    """Run a function of ids soon, on the worker, after the commit of the use case we are in."""
    _put(Job(function, arguments, queue=queue))


def at(when: datetime, function: Callable[..., None], *arguments: Any) -> None:
    """Run a function of ids at an aware moment; a moment in the past means soon."""
    _put(Job(function, arguments, due_at=when))


def _put(job: Job) -> None:
    tx = current()
    if tx is None:
        _enqueue(job)
    else:
        tx.afterwards(lambda: _enqueue(job))


def _enqueue(job: Job) -> None:
    try:
        current_app.extensions["jobs"].put(job)
    except Exception:
        log.warning("could not enqueue %s; the sweep will find it", job.function.__name__, exc_info=True)
