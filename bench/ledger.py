"""What a mentor's money costs to read when the ledger is long: 10^3, 10^5 and 10^6 entries, all of one mentor, on both databases.

The baseline is the short ledger of the same run: flat means at most 1.5 times that. The earnings page is the whole page as the test
client gets it, with a table of a hundred rows.
"""

import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.engine import make_url

from app.accounts.models import User
from app.bookings.earnings import snapshot
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.config import ROOT, Settings, normalised_database_url
from app.extensions import db
from app.factory import create_app
from app.kernel.clock import now
from app.lessons.models import Lesson
from app.payments.balances import account_balances
from app.payments.ledger import available_to, balance, held_for, provider_account
from app.payments.models import LedgerEntry, LedgerTransaction, Payment, PaymentState
from app.payments.payouts import withdrawn_by
from app.process.migrations import bind
from app.proof.service import check_all
from bench.report import line
from tests import factories
from tests.setup import postgres

SIZES = (1_000, 100_000, 1_000_000)
FLAT = 1.5
PRICE = 1800
PER_BOOKING = 4
"""Entries: captured (2) and released (2)."""
CHUNK = 5_000
UNFILLED = ("rehearsal", "receipts")
"""What the proof asks of the provider's books and of documents: none were filled in."""


def main(rounds: int) -> None:
    """Both databases, each size in a database of its own."""
    logging.disable(logging.INFO)  # a line for each of its pages would hide the figures
    with tempfile.TemporaryDirectory(prefix="peerlearn-ledger-") as folder, postgres.server() as server:
        for name in ("SQLite", "PostgreSQL"):
            _on(name, Path(folder), server, rounds)


def _on(name: str, folder: Path, server: str, rounds: int) -> None:
    print(f"\nThe money of one mentor on {name}, n={rounds * 5}")
    short: dict[str, float] = {}
    for size in SIZES:
        app = house(name, folder, server, size)
        with app.app_context():
            _fill(size)
            measured = _measure(app, rounds)
            began = time.perf_counter()
            wrong = [check.title for check in check_all() if check.wrong and not check.name.startswith(UNFILLED)]
            proof = time.perf_counter() - began
            db.session.remove()
            db.engine.dispose()
        for what, milliseconds in measured.items():
            short.setdefault(what, milliseconds)
            ratio = milliseconds / short[what]
            line(f"{what}, {size:,} entries, p50", milliseconds, "ms", note=f"{ratio:.2f} times the short one  {_verdict(ratio)}")
        line(f"the whole proof, {size:,} entries", proof * 1000, "ms", note="; ".join(wrong) or "the ledger agrees")


def _verdict(ratio: float) -> str:
    return "ok" if ratio <= FLAT else "OVER"


def house(name: str, folder: Path, server: str, size: int) -> Flask:
    """An app with an empty database of its own."""
    instance = folder / f"{name}-{size}"
    instance.mkdir()
    url = f"sqlite:///{instance / 'bench.db'}"
    if name == "PostgreSQL":
        admin = create_engine(normalised_database_url(server), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE ledger_{size}"))
        admin.dispose()
        url = make_url(normalised_database_url(server)).set(database=f"ledger_{size}").render_as_string(hide_password=False)
    variables = {"PEERLEARN_ENV": "test", "PEERLEARN_INSTANCE": str(instance), "DATABASE_URL": url, "PASSWORD_HASH_COST": "test"}
    app = bind(create_app(Settings.from_environment(variables)))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    return app


def _fill(size: int) -> None:
    """Bookings that are long over and released, with the rows the use cases would have left."""
    mentor, learner = factories.verified(factories.mentor()), factories.learner()
    first = factories.completed(learner, factories.lesson(mentor))
    pattern, lesson, paid = _row(first), _row(first.lesson), {**_row(first.payment), "state": PaymentState.CAPTURED}
    mentor_id, begins = mentor.id, now()
    db.session.commit()
    count = size // PER_BOOKING
    for start in range(100, 100 + count, CHUNK):
        ids = range(start, min(start + CHUNK, 100 + count))
        _insert(Lesson, [{**lesson, "id": i, **_when(begins, i), "link_token": None} for i in ids])
        _insert(
            Payment,
            [
                {**paid, "id": i, "reference": str(i), "state": PaymentState.CAPTURED, "provider_payment_id": f"old-{i}"}
                for i in ids
            ],
        )
        over = {"state": BookingState.COMPLETED, "released_at": begins, "release_at": begins}
        _insert(Booking, [{**pattern, **over, "id": i, "lesson_id": i, "payment_id": i} for i in ids])
        _insert(LedgerTransaction, [_transaction(kind, i) for i in ids for kind in ("capture", "release")])
        _insert(LedgerEntry, [entry for i in ids for entry in _entries(i, mentor_id)])
    kept, e = account_balances.c, LedgerEntry
    db.session.execute(account_balances.delete())
    sums = select(e.account, e.currency, text("''"), text("0"), func.sum(e.amount_minor)).group_by(e.account, e.currency)
    db.session.execute(account_balances.insert().from_select(list(kept), sums))
    kinds = select(e.account, e.currency, LedgerTransaction.kind, text("0"), func.sum(e.amount_minor)).join(
        LedgerTransaction, LedgerTransaction.id == e.transaction_id
    )
    by_kind = kinds.where(e.account.startswith("mentor:")).group_by(e.account, e.currency, LedgerTransaction.kind)
    db.session.execute(account_balances.insert().from_select(list(kept), by_kind))
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _when(begins: datetime, number: int) -> dict[str, datetime]:
    """An hour of its own: nobody teaches two sessions at a time (calendar.py), so no two begin at the same moment."""
    return {"starts_at": begins - timedelta(hours=number), "ends_at": begins - timedelta(hours=number - 1)}


def _row(of) -> dict[str, object]:
    return {column.key: getattr(of, column.key) for column in of.__table__.columns}


def _insert(model, rows: list[dict[str, object]]) -> None:
    db.session.execute(insert(model), rows)
    db.session.commit()


def _transaction(kind: str, number: int) -> dict[str, object]:
    return {"id": _transaction_id(kind, number), "kind": kind, "reference": str(number), "at": now()}


def _transaction_id(kind: str, number: int) -> int:
    return 2 * number + (kind == "release")


def _entries(number: int, mentor_id: int) -> list[dict[str, object]]:
    held, there, mentor = held_for("booking", str(number)), provider_account("rehearsal"), available_to(mentor_id)
    capture, release = _transaction_id("capture", number), _transaction_id("release", number)
    moves = ((capture, held, PRICE), (capture, there, -PRICE), (release, held, -PRICE), (release, mentor, PRICE))
    return [
        {"transaction_id": number, "account": account, "amount_minor": minor, "currency": "USD"} for number, account, minor in moves
    ]


def _measure(app: Flask, rounds: int) -> dict[str, float]:
    mentor = db.session.scalars(select(User).where(User.is_mentor)).one()
    account, browser = available_to(mentor.id), factories.signed_in(app.test_client(), mentor)
    return {
        "a balance": _median(lambda: balance(account, "USD"), rounds * 20),
        "the figures": _median(lambda: (snapshot(mentor), withdrawn_by(mentor, "USD")), rounds * 20),
        "the earnings page": _median(lambda: browser.get("/dashboard/mentor/earnings").get_data(), rounds * 3),
    }


def _median(call: Callable[[], object], rounds: int) -> float:
    spent = []
    for number in range(rounds + 3):
        began = time.perf_counter()
        call()
        if number >= 3:
            spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)
