"""Random walks through everything that can happen to a booking and its money, with answers lost and sweeps in any order.

What may happen next depends on the state (a blind walk hardly ever gets past the payment). Afterwards every sweep runs until nothing
moves any more; then the books must agree with the provider's to the last unit, and every booking with its money.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.bookings import jobs, queries, rejecting, service, settlement, waiting
from app.bookings.attendance_models import Closing
from app.bookings.cancelling import cancel_booking
from app.bookings.models import Booking
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import DomainError
from app.lessons.models import BusyTime, Lesson
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.methods import Choice
from app.payments.models import LedgerEntry, PaymentState, Refund, RefundState
from app.payments.providers.rehearsal import RehearsalProvider
from app.payments.providers.rehearsal_books import payments as charged
from tests import factories

pytestmark = pytest.mark.database

SWEEPS: tuple[Callable[[], None], ...] = tuple(one.function for one in (*jobs.PERIODIC, *payment_jobs.PERIODIC))
WAYS = [
    factories.UPI,
    factories.CARD,
    factories.BANK,
    factories.PENDING_UPI,
    factories.DECLINED_UPI,
    factories.DECLINED_CARD,
    Choice(kind="upi", details={"upi_id": "expire@upi"}),
    Choice(kind="upi", details={"upi_id": "timeout-after@upi"}),
    Choice(kind="upi", details={"upi_id": "timeout-before@upi"}),
    Choice(kind="bank", details={"account_number": "000123450000", "ifsc": "TEST0123456"}),
]


class LineBroke(Exception):
    """The provider did what it was asked, or not, and nobody heard."""


class Walk:
    """One booking-to-be: a mentor, two learners, a session with one or two seats, and a clock that only goes forward."""

    def __init__(self, seed: int, begins: datetime) -> None:
        self.dice, self.moment = random.Random(seed), begins
        with clock.stopped(begins):
            self.mentor_id = factories.mentor().id
            self.learner_ids = [factories.learner(name).id for name in ("Ana Sol", "Bo Lind")]
            mentor = db.session.get_one(User, self.mentor_id)
            hours = self.dice.choice([1, 3, 30])
            price = self.dice.choice([1, 7, 1800, 1999])
            self.lesson_id = factories.lesson(
                mentor, starts_in=timedelta(hours=hours), price=price, capacity=self.dice.choice([1, 1, 2])
            ).id

    def step(self) -> None:
        """Something happens, or time passes; a refusal is an answer, a broken line is life."""
        self.moment += timedelta(seconds=self.dice.choice([0, 1, 5, 9, 11, 20, 60, 300, 700, 1900]))
        with clock.stopped(self.moment), suppress(DomainError, LineBroke):
            self.dice.choice(self._choices())()
        db.session.rollback()

    def _choices(self) -> list[Callable[[], object]]:
        found: list[Callable[[], object]] = [self.dice.choice(SWEEPS)]
        mentor = db.session.get_one(User, self.mentor_id)
        lesson = db.session.get_one(Lesson, self.lesson_id)
        for learner_id in self.learner_ids:
            learner = db.session.get_one(User, learner_id)
            booking = queries.live_of_learner_in(learner, self.lesson_id)
            if booking is None:
                found.append(lambda who=learner: service.book(who, self.lesson_id, self.dice.choice(WAYS)))
        for booking in self.bookings():
            found += self._next_for(booking, mentor, lesson)
        return found

    def _next_for(self, booking: Booking, mentor: User, lesson: Lesson) -> list[Callable[[], object]]:
        number = booking.id
        cancel = [lambda: cancel_booking(self.dice.choice([mentor, booking.learner]), number)]
        match booking.state:
            case BookingState.HELD:
                return [lambda: service.pay_again(booking.learner, number, self.dice.choice(WAYS))] * 5 + cancel
            case BookingState.REQUESTED:
                return [lambda: service.accept_booking(mentor, number)] * 5 + [lambda: rejecting.reject_booking(mentor, number), *cancel]
            case BookingState.DECLINED if booking.undo_until is not None:
                return [lambda: rejecting.undo_reject(mentor, number)] * 2
            case BookingState.CONFIRMED:
                return [lambda: self._attend(booking, lesson)] * 6 + [lambda: waiting.wait_longer(mentor, self.lesson_id), *cancel]
        return []

    def _attend(self, booking: Booking, lesson: Lesson) -> None:
        """One of the two is there for a while, from any minute on; the session goes on, or is ended."""
        person = self.dice.choice([self.mentor_id, booking.learner_id])
        begin = timedelta(minutes=self.dice.randint(-5, 50))
        end = begin + timedelta(minutes=self.dice.randint(1, 60))
        factories.stay(lesson, person, begin, end, self.dice.choice([Closing.LEFT, Closing.VANISHED, Closing.ENDED]))
        self.moment = max(self.moment, lesson.starts_at + end)
        if self.dice.random() < 0.3:
            with clock.stopped(self.moment):
                settlement.settle_lesson(self.lesson_id)

    def bookings(self) -> list[Booking]:
        """All claims on this session, old and new."""
        return list(db.session.scalars(select(Booking).where(Booking.lesson_id == self.lesson_id)).unique())

    def go_on_alone(self, *pauses: int) -> None:
        """Nobody does anything any more: every sweep after each of these pauses (seconds)."""
        for pause in pauses:
            self.moment += timedelta(seconds=pause)
            with clock.stopped(self.moment):
                for sweep in SWEEPS:
                    sweep()
            db.session.rollback()


@pytest.fixture
def bad_line(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """One call to the provider in four is lost on the way there or back; a job that hears of it fails, as it would."""
    dice = random.Random(1)

    def lossy(name: str) -> Callable:
        real = getattr(RehearsalProvider, name)

        def call(*args, **named):
            if dice.random() < 0.12:
                raise LineBroke
            answer = real(*args, **named)
            if dice.random() < 0.12:
                raise LineBroke
            return answer

        return call

    for name in ("create_payment", "find_payment", "capture", "cancel", "refund"):
        monkeypatch.setattr(RehearsalProvider, name, lossy(name))
    return dice


SEEDS = [
    pytest.param(30, 0, id="thirty walks"),
    # In blocks, each in a database of its own: they share the cores, and no sweep has to look at a thousand old bookings.
    *(pytest.param(50, 50 * block, id=f"walks {50 * block} to {50 * block + 49}", marks=pytest.mark.long) for block in range(1, 11)),
]


@pytest.mark.parametrize(("count", "first"), SEEDS)
def test_whatever_happens_the_books_agree_and_nobody_loses_money(app: Flask, bad_line, monkeypatch, count, first) -> None:
    begins, seen = clock.now(), Counter()
    for seed in range(first, first + count):
        bad_line.seed(seed)
        walk = Walk(seed, begins)
        for _ in range(25):
            walk.step()
            seen.update(booking.state for booking in walk.bookings())
        walk.go_on_alone(30, 700, 4000, 90_000)  # the worst weather is when the money goes back
        with monkeypatch.context() as mended:
            mended.setattr(bad_line, "random", lambda: 1.0)
            walk.go_on_alone(90_000, 300_000, 10, 10)
        seen.update(booking.state for booking in walk.bookings())
        _each_booking_has_its_money(walk, seed)
        begins = max(begins, walk.moment)
    _the_books_agree()
    assert set(seen) == set(BookingState), f"never reached: {set(BookingState) - set(seen)}"


def _each_booking_has_its_money(walk: Walk, seed: int) -> None:
    for booking in walk.bookings():
        where = f"seed {seed}, booking {booking.id} {booking.state} {booking.payment.state}"
        held = ledger.balance(ledger.held_for("booking", str(booking.id)), "USD").amount_minor
        back = sum(refund.amount_minor for refund in booking.payment.refunds if refund.state is RefundState.DONE)
        assert booking.state not in LIVE, where
        assert held == 0, f"{where}: {held} is still held"
        assert all(refund.state is RefundState.DONE for refund in booking.payment.refunds), where
        if booking.state is BookingState.COMPLETED:
            assert booking.released_at is not None, where
            assert back == booking.settlement.refund_minor, where
        elif booking.payment.state is PaymentState.REFUNDED:
            assert back == booking.price_minor, where
    free = select(func.count()).where(BusyTime.lesson_id == walk.lesson_id, BusyTime.person_id != walk.mentor_id)
    assert db.session.scalar(free) == 0, f"seed {seed}: somebody is still busy"


def _the_books_agree() -> None:
    assert ledger.imbalance() == {}
    ours = -ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor
    with db.engine.connect() as books:
        taken = select(func.sum(charged.c.amount_minor - charged.c.refunded_minor)).where(charged.c.status == "succeeded")
        theirs = books.execute(taken).scalar() or 0
    assert ours == theirs
    account = func.sum(LedgerEntry.amount_minor)
    mine = select(LedgerEntry.account).where(~LedgerEntry.account.startswith("provider:"))
    assert db.session.scalars(mine.group_by(LedgerEntry.account).having(account < 0)).all() == []
    assert db.session.scalar(select(func.count()).where(Refund.state == RefundState.WANTED)) == 0
