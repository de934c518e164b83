"""The queues' health, and the one connection to Redis for it: heartbeats, lengths, and putting sweeps on their queue once."""

from collections.abc import Callable

from flask import current_app
from redis import Redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry

from app.kernel.clock import now
from app.kernel.jobs import QUEUES

BEAT = "peerlearn:beat:{role}"
SWEEP = "peerlearn:sweep:{name}:{slot}"
LAST_SWEEP = "peerlearn:sweep:{name}"
BEAT_LASTS = 120
"""Seconds a heartbeat stays readable, so that "late" and "never" can be told apart."""
SWEEP_TIMEOUT = 300
"""Seconds a round of sweeps may run."""


def connection() -> Redis | None:
    """Our connection to Redis, or None where no Redis is configured."""
    url = current_app.extensions["settings"].redis_url
    if not url:
        return None
    if "redis" not in current_app.extensions:
        current_app.extensions["redis"] = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    return current_app.extensions["redis"]


def beat(role: str) -> None:
    """Say that a role ("worker", "clock") is alive and doing its round."""
    redis = connection()
    if redis is not None:
        redis.set(BEAT.format(role=role), str(now().timestamp()), ex=BEAT_LASTS)


def seconds_since_beat(role: str) -> float | None:
    """How long ago a role last said so; None when it has not for two minutes. Redis errors go up."""
    redis = connection()
    at = redis.get(BEAT.format(role=role)) if redis is not None else None
    return None if at is None else max(0.0, now().timestamp() - float(at))


def lengths() -> dict[str, int]:
    """How many jobs wait in each queue; empty without Redis."""
    redis = connection()
    return {} if redis is None else {name: Queue(name, connection=redis).count for name in QUEUES}


def failures() -> dict[str, int]:
    """How many jobs of each queue have failed for good; empty without Redis."""
    redis = connection()
    return {} if redis is None else {name: FailedJobRegistry(name, connection=redis).count for name in QUEUES}


def claim_sweep(name: str, every_seconds: int) -> bool:
    """Whether a sweep is ours to enqueue now: once per period however many clocks run, and not while the last one still waits."""
    redis = connection()
    if redis is None:
        return False
    slot = int(now().timestamp()) // every_seconds
    is_ours = redis.set(SWEEP.format(name=name, slot=slot), "1", nx=True, ex=2 * every_seconds + 60)
    return bool(is_ours) and not _still_waits(redis, name)


def put_round(run: Callable[[list[str]], None], names: list[str]) -> None:
    """Enqueue `run(names)`: sweeps that were claimed, as one job. Does nothing without Redis."""
    redis = connection()
    if redis is None:
        return
    job = Queue(QUEUES[0], connection=redis).enqueue(run, names, job_timeout=SWEEP_TIMEOUT, result_ttl=0, failure_ttl=86_400)
    for name in names:
        redis.set(LAST_SWEEP.format(name=name), job.id, ex=86_400)


def _still_waits(redis: Redis, name: str) -> bool:
    """True when the previous round has not begun: the worker is behind, and another one would only add to it."""
    last = redis.get(LAST_SWEEP.format(name=name))
    if last is None:
        return False
    try:
        return Job.fetch(_text(last), connection=redis).get_status() == JobStatus.QUEUED
    except NoSuchJobError:
        return False


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode()
