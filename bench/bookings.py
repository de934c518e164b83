"""How many bookings a second PostgreSQL takes from 32 clients at once: the whole use case, seat, payment at the rehearsal, ledger.

The baseline is a bare INSERT of one row a transaction by the same clients in the same run: what this machine's disk and processors
allow at all. A booking is some thirty statements in seven transactions, so the ratio says what our own code adds to them.
"""

import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from app.accounts.models import User
from app.bookings.service import book
from app.extensions import db
from app.payments import ledger
from app.proof.service import check_all
from bench.ledger import house
from bench.report import line
from tests import factories
from tests.setup import postgres

CLIENTS = 32
EACH = 6
MENTORS = 16


def main(_rounds: int) -> None:
    """Bookings per second beside bare inserts per second."""
    with tempfile.TemporaryDirectory(prefix="peerlearn-bookings-") as folder, postgres.server() as server:
        app = house("PostgreSQL", Path(folder), server, CLIENTS)
        with app.app_context():
            _open_a_connection_for_each()
            learners, lessons = _people()
            db.session.execute(text("CREATE TABLE bench_rows (id serial PRIMARY KEY, words varchar(40))"))
            db.session.commit()
        bare = _per_second(app, [_insert_one] * EACH * 4)
        ours = _per_second(app, [lambda client, number: _book(learners[client], lessons[client][number])] * EACH)
        print(f"\nBookings on PostgreSQL, {CLIENTS} clients, {EACH} bookings each")
        line("bare INSERTs", bare, "/s")
        line("bookings, paid", ours, "/s", note=f"{bare / ours:.1f} bare INSERTs each")
        with app.app_context():
            wrong = [check.title for check in check_all() if check.wrong]
            charged = -ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor
            print(f"  {charged // 1800} of {CLIENTS * EACH} paid; {'; '.join(wrong) or 'the books agree'}")
            db.session.remove()
            db.engine.dispose()


def _open_a_connection_for_each() -> None:
    """One web process has twenty; who measures 32 clients measures what several have together, not who waits in the pool."""
    url = db.engine.url
    db.engine.dispose()
    db.engines[None] = create_engine(url, pool_size=2 * CLIENTS)


def _people() -> tuple[list[int], list[list[int]]]:
    mentors = [factories.mentor() for _ in range(MENTORS)]
    learners = [factories.learner().id for _ in range(CLIENTS)]
    hours = iter(range(10_000))
    lessons = [
        [factories.lesson(mentors[client % MENTORS], starts_in=timedelta(days=2, hours=next(hours))).id for _ in range(EACH)]
        for client in range(CLIENTS)
    ]
    return learners, lessons


def _insert_one(client: int, number: int) -> None:
    db.session.execute(text("INSERT INTO bench_rows (words) VALUES ('one row')"))
    db.session.commit()


def _book(learner_id: int, lesson_id: int) -> None:
    booking = book(db.session.get_one(User, learner_id), lesson_id, factories.UPI)
    assert booking.requested_at is not None


def _per_second(app: Flask, calls: list[Callable[[int, int], None]]) -> float:
    """All clients at once, each one call after the other."""
    gate = threading.Barrier(CLIENTS + 1)
    faults: list[BaseException] = []

    def run(client: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                for number, call in enumerate(calls):
                    call(client, number)
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return CLIENTS * len(calls) / (time.perf_counter() - began)
