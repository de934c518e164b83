"""kill -9 of real processes at any point of paying, accepting, refunding and withdrawing: nothing that was answered is lost, nothing
happens twice, and after the sweeps the books agree.

The moment of death is random within the time the request takes, by a seed; nothing in the program knows of these tests.
"""

import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from flask import Flask, url_for
from sqlalchemy import func, select

from app.accounts.models import User
from app.bookings import queries, settlement
from app.bookings.models import Booking
from app.config import ROOT, Settings
from app.extensions import db
from app.factory import create_app
from app.kernel import clock
from app.kernel.clock import now
from app.lessons.models import Lesson
from app.payments.models import Payment, PaymentAttempt, PaymentState, Refund, RefundState
from app.payments.payout_methods import add_payout_method
from app.payments.payout_models import UNDER_WAY, Payout
from tests import factories
from tests.process.launched import Launched, environment, eventually
from tests.process.visitor import TOKEN, Visitor

HEALS_WITHIN = 120.0
"""Seconds: an unanswered try is asked about after twenty, a Reject is final after ten, sweeps come every five."""
LONGEST = 0.6
"""Seconds after sending within which death comes."""


@dataclass
class Street:
    """A running PeerLearn, the same house from within, and what was answered so far."""

    launched: Launched
    house: Flask
    dice: random.Random
    mentor_id: int
    answered: list[tuple[str, int]] = field(default_factory=list)
    visitors: dict[int, Visitor] = field(default_factory=dict)
    tokens: dict[int, str] = field(default_factory=dict)
    hours: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    def sign_in(self, person_id: int) -> int:
        """They have a browser from now on."""
        with self.house.app_context():
            email = db.session.get_one(User, person_id).email
        self.visitors[person_id] = Visitor(self.launched.port)
        token = TOKEN.search(self.visitors[person_id].sign_in(email, factories.PASSWORD))
        assert token
        self.tokens[person_id] = token[1]
        return person_id

    def newcomer(self) -> int:
        """Another learner each time: whoever's payment died holds a seat for ten minutes, and three are the most."""
        with self.house.app_context():
            return factories.learner().id

    def offered(self) -> int:
        """A new session, an hour after the last one."""
        hour = next(self.hours)
        with self.house.app_context():
            return factories.lesson(db.session.get_one(User, self.mentor_id), starts_in=timedelta(days=2, hours=2 * hour)).id

    def requested(self) -> int:
        """A paid request that waits for the mentor."""
        lesson_id = self.offered()
        with self.house.app_context():
            learner = db.session.get_one(User, self.newcomer())
            return factories.request(learner, db.session.get_one(Lesson, lesson_id)).id

    def send_and_kill(self, person_id: int, endpoint: str, fields: dict[str, str], name: str, **values: int) -> None:
        """Press a button; kill -9 a process of this name somewhere on the way; wait until it is back."""
        with self.house.test_request_context():
            path = url_for(endpoint, **values)
        sent = {"csrf_token": self.tokens[person_id], **fields}
        victim = self.launched.children(name)[0]
        request = threading.Thread(target=self._press, args=(self.visitors[person_id], path, sent, endpoint, values))
        request.start()
        time.sleep(self.dice.uniform(0, LONGEST))
        _kill(victim)
        request.join(60)
        back = lambda: any(one.pid != victim.pid for one in self.launched.children(name))  # noqa: E731
        assert eventually(back, 60), self.launched.said[-2000:]
        assert eventually(self._is_ready, 120), self.launched.said[-2000:]

    def _is_ready(self) -> bool:
        """While nobody serves, the launcher's socket still takes connections: they wait, or time out."""
        try:
            return self.launched.get("/readyz")[0] == 200
        except OSError:
            return False

    def _press(self, visitor: Visitor, path: str, fields: dict[str, str], endpoint: str, values: dict[str, int]) -> None:
        with suppress(urllib.error.URLError, OSError):
            visitor.page(path, fields)
            self.answered.append((endpoint, next(iter(values.values()), 0)))

    def is_at_rest(self) -> bool:
        """Nothing is asked, wanted or under way any more."""
        open_ones = (
            select(func.count()).where(PaymentAttempt.outcome == "asked"),
            select(func.count()).where(Payment.state.in_((PaymentState.CHECKING, PaymentState.PROCESSING))),
            select(func.count()).where(Refund.state == RefundState.WANTED),
            select(func.count()).where(Payout.state.in_(UNDER_WAY)),
        )
        with self.house.app_context():
            return sum(db.session.scalar(query) or 0 for query in open_ones) == 0


def _kill(victim: psutil.Process) -> None:
    """The process and what it started for a job: nothing of it says goodbye."""
    with suppress(psutil.NoSuchProcess):
        family = [victim, *victim.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)


def pay(street: Street, name: str) -> None:
    choice = street.dice.choice([{"method": "upi", "upi_id": "success@upi"}, {"method": "card", "card_number": "4242424242424242"}])
    street.send_and_kill(street.sign_in(street.newcomer()), "learner.confirm", choice, name, lesson_id=street.offered())


def accept(street: Street, name: str) -> None:
    street.send_and_kill(street.mentor_id, "mentor.accept", {}, name, booking_id=street.requested())


def refund(street: Street, name: str) -> None:
    street.send_and_kill(street.mentor_id, "mentor.reject", {}, name, booking_id=street.requested())


def withdraw(street: Street, name: str) -> None:
    fields = {"amount": "2", "method": "1", "ticket": f"ticket-{street.dice.random()}"}
    street.send_and_kill(street.mentor_id, "mentor.confirm_withdrawal", fields, name)


STEPS: tuple[Callable[[Street, str], None], ...] = (pay, accept, refund, withdraw)


@pytest.mark.parametrize(
    ("repeats", "seed"), [pytest.param(1, 1, id="once"), pytest.param(20, 2, id="twenty times", marks=pytest.mark.long)]
)
def test_whoever_dies_on_the_way_the_books_agree_after_a_sweep(tmp_path: Path, repeats: int, seed: int) -> None:
    preparing = [sys.executable, "-m", "app.process.preparing"]
    subprocess.run(preparing, cwd=ROOT, env=environment(tmp_path), check=True, capture_output=True)
    mentor_id = _mentor(tmp_path)  # while no sweep runs: their past is played with a stopped clock
    launched = Launched(tmp_path, "--port", "0", "--no-demo", "--web", "1").until_up()
    try:
        launched.until_ready()
        street = Street(launched, _house(tmp_path), random.Random(seed), mentor_id)
        street.sign_in(mentor_id)
        for _repeat in range(repeats):
            for name in ("wsgi.py", "default"):
                for step in STEPS:
                    step(street, name)
        assert eventually(street.is_at_rest, HEALS_WITHIN), launched.said[-3000:]
        _what_was_answered_is_there(street)
        proof = subprocess.run(
            [sys.executable, "-m", "app.process.commands", "money", "prove"],
            cwd=ROOT,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert proof.returncode == 0, proof.stdout + proof.stderr
        assert "The books agree" in proof.stdout
    finally:
        launched.close()


def _house(folder: Path) -> Flask:
    """The same house from within, without Redis: what it sets down for later is found by the sweeps of the running one.

    (Limits are kept per Python process: a house on this Redis would leave its address behind for the tests after this one.)
    """
    return create_app(Settings.from_environment({"PEERLEARN_INSTANCE": str(folder), "PASSWORD_HASH_COST": "test"}))


def _mentor(folder: Path) -> int:
    """The id of a mentor with $360 to withdraw."""
    house = _house(folder)
    with house.app_context():
        mentor, learner = factories.verified(factories.mentor()), factories.learner()
        with clock.stopped(now() - timedelta(days=30)):
            add_payout_method(mentor, "upi", {"upi_id": "mentor@upi"}, factories.PASSWORD)
            booking_id = factories.completed(learner, factories.lesson(mentor, price=36_000)).id
        with clock.stopped(now() - timedelta(days=20)):
            settlement.release_earnings(booking_id)
        mentor_id = mentor.id
        db.session.remove()
        db.engine.dispose()
    return mentor_id


def _what_was_answered_is_there(street: Street) -> None:
    with street.house.app_context():
        for endpoint, number in street.answered:
            if endpoint == "learner.confirm":
                assert db.session.scalar(select(Booking.id).where(Booking.lesson_id == number)), (
                    f"the booking of session {number} is lost"
                )
            if endpoint == "mentor.accept":
                assert queries.by_id(number).accepted_at is not None
            if endpoint == "mentor.reject":
                assert queries.by_id(number).closed_at is not None
        wanted = sum(endpoint == "mentor.confirm_withdrawal" for endpoint, _number in street.answered)
        assert (db.session.scalar(select(func.count()).select_from(Payout)) or 0) >= wanted
