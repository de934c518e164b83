"""The clock and the worker on a real Valkey."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq import Queue

from app.config import Settings
from app.kernel import queues
from app.kernel.clock import now, stopped
from app.kernel.schedule import Periodic
from app.process import clock, embedded
from app.process.environment import prepare_instance
from app.process.rounds import SweepsFailed, run_round


def sweep_of_a_test() -> None:
    """Does nothing; it only has to have a name."""


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Valkey for this file."""
    instance = tmp_path_factory.mktemp("valkey")
    prepare_instance(instance)
    server = subprocess.Popen(embedded.command(instance))
    embedded.wait_until_it_answers(embedded.socket_path(instance))
    yield embedded.redis_url(instance)
    server.terminate()
    server.wait()


@pytest.fixture
def queueing(app: Flask, settings: Settings, valkey: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app with a queue, emptied, and one sweep every minute."""
    Redis.from_url(valkey).flushall()
    monkeypatch.setitem(app.extensions, "settings", replace(settings, redis_url=valkey))
    monkeypatch.setitem(app.extensions, "redis", Redis.from_url(valkey))
    monkeypatch.setitem(app.extensions, "periodic", [Periodic("sweep", 60, sweep_of_a_test)])
    return app


def waiting(valkey: str) -> int:
    """How many jobs wait."""
    return Queue("default", connection=Redis.from_url(valkey)).count


def test_two_clocks_enqueue_a_sweep_once_a_period(queueing: Flask, valkey: str) -> None:
    assert [clock.tick() for _ in range(5)] == [1, 0, 0, 0, 0]
    assert waiting(valkey) == 1


def test_a_worker_that_is_behind_gets_no_second_round(queueing: Flask, valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(queueing.extensions, "periodic", [Periodic("fast", 1, sweep_of_a_test)])
    began = now()
    with stopped(began):
        assert clock.tick() == 1
    with stopped(began + timedelta(seconds=1)):
        assert clock.tick() == 0
    Queue("default", connection=Redis.from_url(valkey)).empty()
    with stopped(began + timedelta(seconds=2)):
        assert clock.tick() == 1, "the worker caught up"


def test_what_falls_due_together_is_one_job(queueing: Flask, valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    entries = [Periodic(name, 60, lambda name=name: ran.append(name)) for name in ("first", "second")]
    monkeypatch.setitem(queueing.extensions, "periodic", entries)
    assert clock.tick() == 2
    queue = Queue("default", connection=Redis.from_url(valkey))
    [job] = queue.jobs
    job.perform()
    assert ran == ["first", "second"]


def test_a_sweep_that_fails_keeps_no_other_from_its_turn_and_is_told(queueing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(queueing.extensions, "periodic", [Periodic("a", 5, broken), Periodic("b", 5, lambda: ran.append("b"))])
    with pytest.raises(SweepsFailed, match="a"):
        run_round(["a", "b"])
    assert ran == ["b"]


def test_after_redis_lost_everything_the_next_tick_enqueues_again(queueing: Flask, valkey: str) -> None:
    clock.tick()
    Redis.from_url(valkey).flushall()
    assert clock.tick() == 1


def test_a_heartbeat_is_heard_and_fades(queueing: Flask) -> None:
    assert queues.seconds_since_beat("worker") is None
    queues.beat("worker")
    assert queues.seconds_since_beat("worker") < 2
    parts = queueing.test_client().get("/readyz").json["parts"]
    assert parts["worker"] == "ok"
    assert parts["schedule"] == "not heard of"


def test_the_length_of_the_queues_is_a_metric(queueing: Flask) -> None:
    clock.tick()
    numbers = queueing.test_client().get("/metrics").text
    assert 'peerlearn_jobs_waiting{queue="default"} 1.0' in numbers
    assert 'peerlearn_jobs_failed{queue="mail"} 0.0' in numbers


def test_a_leftover_valkey_is_ended_before_a_new_one_starts(tmp_path: Path) -> None:
    prepare_instance(tmp_path)
    old = subprocess.Popen(embedded.command(tmp_path))
    path = embedded.socket_path(tmp_path)
    embedded.wait_until_it_answers(path)
    embedded.end_leftover(path)
    assert old.wait(10) == 0
    assert not path.exists()
