"""For those who run PeerLearn: /healthz (it lives), /readyz (send it people), /metrics (Prometheus, guarded)."""

import hmac
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text

from app.config import settings
from app.extensions import db, limiter
from app.kernel import queues
from app.kernel.clock import now
from app.proof.service import latest as latest_proof

BEAT_MUST_BE_WITHIN = 30.0
"""Seconds: the worker and the clock say they live every five, also while a job runs."""
CLOCK_MAY_DIFFER_BY = 5.0
"""Seconds between our clock and the database's: deadlines and money depend on it."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter("peerlearn_requests", "Requests answered", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "peerlearn_request_seconds",
    "Seconds from request to answer",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SOCKETS = Gauge("peerlearn_sockets", "Open Socket.IO connections", multiprocess_mode="livesum")

blueprint = Blueprint("operations", __name__)


class NotReady(Exception):
    """A part does not work; the text says how."""


def init_app(app: Flask) -> None:
    """Mount the three addresses and count every request."""
    app.register_blueprint(blueprint)
    limiter.exempt(blueprint)
    app.before_request(_begin)
    app.after_request(_count)


def start_draining(app: Flask) -> None:
    """From now on /readyz says 503, so that proxies send people elsewhere."""
    app.extensions["draining"] = True


def note_sockets(count: int) -> None:
    """Tell /metrics how many sockets this process holds."""
    SOCKETS.set(count)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 as long as the process answers at all."""
    return jsonify(status="ok"), 200


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when every part works, else 503; the body names each part."""
    checks: dict[str, Callable[[], None]] = {
        "serving": _not_draining,
        "database": _database_answers,
        "clock": _clock_is_right,
        "redis": _redis_answers,
        "worker": lambda: _beats("worker"),
        "schedule": lambda: _beats("clock"),
    }
    parts = {name: _outcome(check) for name, check in checks.items()}
    ready = all(outcome == "ok" for outcome in parts.values())
    return jsonify(status="ready" if ready else "not ready", parts=parts), 200 if ready else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus' text form, summed over all web processes. 404 to whoever may not see it."""
    if not _may_see_metrics():
        abort(404)
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    numbers = generate_latest(registry) + generate_latest(_read_when_asked())
    return Response(numbers, content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics() -> bool:
    """The bearer of the token; without a token this machine only, straight, and never in production."""
    token = settings().metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    straight = not any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return settings().env != "production" and straight and request.remote_addr in ("127.0.0.1", "::1")


class _Queues(Collector):
    """Reads the queues when asked, so that no process keeps stale numbers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge for the waiting, one for the failed."""
        readings = (
            ("peerlearn_jobs_waiting", "Jobs that wait", queues.lengths),
            ("peerlearn_jobs_failed", "Jobs that failed for good", queues.failures),
        )
        for name, title, read in readings:
            gauge = GaugeMetricFamily(name, title, labels=["queue"])
            try:
                for queue, number in read().items():
                    gauge.add_metric([queue], number)
            except Exception:
                current_app.logger.warning("the queues cannot be counted", exc_info=True)
            yield gauge


class _Books(Collector):
    """What the last proof of the money said, read when asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """How much was wrong, and when that was; nothing before the first proof."""
        try:
            proof = latest_proof()
        except Exception:
            current_app.logger.warning("the last proof cannot be read", exc_info=True)
            return
        if proof is not None:
            yield GaugeMetricFamily("peerlearn_money_findings", "What the last proof of the books found wrong", proof.findings)
            yield GaugeMetricFamily("peerlearn_money_proved_at", "When that was (Unix time)", proof.at.timestamp())


def _read_when_asked() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Queues())
    registry.register(_Books())
    return registry


def _begin() -> None:
    g.counted_from = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "unknown"
    method = request.method if request.method in METHODS else "other"  # strangers must not invent new numbers
    REQUESTS.labels(endpoint, method, response.status_code).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("counted_from", time.perf_counter()))
    return response


def _outcome(check: Callable[[], None]) -> str:
    """ "ok", or what is wrong; strangers learn the kind of failure, the log the details."""
    try:
        check()
    except NotReady as problem:
        return str(problem)
    except Exception:
        current_app.logger.warning("a readiness check failed", exc_info=True)
        return "does not answer"
    return "ok"


def _not_draining() -> None:
    if current_app.extensions.get("draining"):
        raise NotReady("draining")


def _database_answers() -> None:
    with db.engine.connect() as connection:
        connection.execute(text("select 1"))


def _clock_is_right() -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    question = "select cast(strftime('%s', 'now') as real)" if sqlite else "select extract(epoch from clock_timestamp())"
    with db.engine.connect() as connection:
        theirs = float(connection.execute(text(question)).scalar_one())
    apart = abs(now().timestamp() - theirs)
    if apart > CLOCK_MAY_DIFFER_BY:
        raise NotReady(f"{apart:.0f} s away from the database's ({datetime.fromtimestamp(theirs, UTC):%H:%M:%S} UTC)")


def _redis_answers() -> None:
    redis = queues.connection()
    if redis is None:
        raise NotReady("not configured")
    redis.ping()


def _beats(role: str) -> None:
    ago = queues.seconds_since_beat(role)
    if ago is None:
        raise NotReady("not heard of")
    if ago > BEAT_MUST_BE_WITHIN:
        raise NotReady(f"last heard of {ago:.0f} s ago")
