"""Many walks in one database under one clock: each is a mentor, two learners, a session, and all that they may do next.

What may happen next depends on the state (a blind walk hardly ever gets past the payment).
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import String, cast, literal, select, union

from app.accounts.models import User
from app.bookings.dispute_endings import decide_dispute
from app.bookings.dispute_models import Dispute, DisputeState
from app.bookings.line_models import WaitingEntry
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal
from app.bookings.settlement_models import Settlement
from app.extensions import db
from app.gifts.models import Gift
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.events import EventTable
from app.payments.jobs import look_again
from app.payments.models import LedgerTransaction, Payment, PaymentAttempt, Refund
from app.payments.payout_models import Payout
from app.payments.provider_models import StrayCharge
from app.payments.receipt_models import Receipt
from app.reactions import closings, gifts, lines, moves, receipts, settlements, slots
from tests import factories
from tests.app.bookings.walk.papers import prints_of_all
from tests.app.bookings.walk.steps import SWEEPS, Walk
from tests.app.bookings.walk.weather import Died, LineBroke, Weather

MINUTES, DAYS = 8, 10
"""Rounds: first the minutes of booking and accepting, then the days of releases, disputes and withdrawals."""
STATES = {
    "booking": Booking,
    "payment": Payment,
    "refund": Refund,
    "payout": Payout,
    "gift": Gift,
    "dispute": Dispute,
    "proposal": Proposal,
    "in line": WaitingEntry,
    "stray": StrayCharge,
}
MOVES = {
    *(one for ones in settlements.REACTIONS.values() for one in ones),
    closings.end_their_plans,
    gifts.move_gift_on,
    lines.serve,
    moves.end_proposal,
    moves.take_offer_back,
    moves.free_the_mentor,
    moves.serve_line,
    slots.free_the_time,
    receipts.write_for_payer,
    receipts.write_for_mentor,
}
"""The reactions that move something; the others only tell."""
PAUSES, LONG_PAUSES = (0, 5, 9, 11, 20, 60, 300, 700, 1900), (11, 60, 70, 3000, 90_000, 100_000, 300_000)
"""Seconds."""
SWEEPS_A_ROUND, SWEEPS_A_LONG_ROUND = 4, 9


class Town:
    """A block of walks; `live` lets things happen in bad weather, `heal` lets only the sweeps go on, the last of them in calm."""

    def __init__(self, seeds: range, weather: Weather, begins: datetime) -> None:
        self.weather, self.moment, self.seen = weather, begins, Counter[str]()
        self.papers: dict[str, str] = {}
        self.dice = random.Random(seeds.start * 7919 + len(seeds))
        weather.begin(seeds.start)
        _only_money_follows()
        with clock.stopped(begins):
            admin = factories.person("Ada Min")
            with factories.transaction():
                admin.is_admin = True
            self.admin_id = admin.id
            self.walks = [Walk(seed) for seed in seeds]
        db.session.commit()

    def live(self) -> None:
        """Every walk makes its steps, and sweeps run in any order between them."""
        for pauses, sweeps in [(PAUSES, SWEEPS_A_ROUND)] * MINUTES + [(LONG_PAUSES, SWEEPS_A_LONG_ROUND)] * DAYS:
            self.moment += timedelta(seconds=self.dice.choice(pauses))
            with clock.stopped(self.moment):
                self.weather.deliver_late_calls()
            for walk in self.walks:
                self._in_a_storm(walk.next_step)
            self.seen.update(_states())
            self._read_papers()
            seldom = [look_again] if pauses is LONG_PAUSES else []  # what it looks for is given up after two weeks: three rounds
            for sweep in [*self.dice.choices(SWEEPS, k=sweeps), *seldom]:
                self._in_a_storm(lambda sweep=sweep: sweep)
                self.seen.update(_states())

    def heal(self) -> None:
        """Nobody does anything any more but the admin: every sweep after each pause; the first pauses are stormy."""
        for pause in (30, 700, 4000, 90_000):
            self._sweep_after(pause, self._in_a_storm)
            with clock.stopped(self.moment):
                self.weather.deliver_late_calls(chance=1)
        for pause in (90_000, 700_000, 300_000, 60, 60):
            self._decide()
            self._sweep_after(pause, self._in_calm)
        self.seen.update(_states())
        self._read_papers()

    def _sweep_after(self, pause: int, run: Callable[[Callable[[], Callable[[], object]]], None]) -> None:
        self.moment += timedelta(seconds=pause)
        for sweep in SWEEPS:
            run(lambda sweep=sweep: sweep)

    def _in_a_storm(self, choose: Callable[[], Callable[[], object]]) -> None:
        """Choose in calm, act in the storm: a refusal is an answer, a broken line or a death is life."""
        with clock.stopped(self.moment):
            act = choose()
            with suppress(DomainError, LineBroke, Died), self.weather.storm():
                act()
        db.session.rollback()

    def _in_calm(self, choose: Callable[[], Callable[[], object]]) -> None:
        with clock.stopped(self.moment):
            choose()()
        db.session.rollback()

    def _read_papers(self) -> None:
        """What was written once must say the same for ever."""
        for number, said in prints_of_all().items():
            assert self.papers.setdefault(number, said) == said, f"{number} was changed"

    def _decide(self) -> None:
        answered = select(Dispute.id).where(Dispute.state == DisputeState.ANSWERED)
        with clock.stopped(self.moment):
            admin = db.session.get_one(User, self.admin_id)
            for dispute_id in db.session.scalars(answered).all():
                decide_dispute(admin, dispute_id, 0, "As measured.", lifts_strike=self.dice.random() < 0.5)


def _states() -> Iterator[str]:
    rows = [select(literal(name), cast(model.state, String)) for name, model in STATES.items()]
    rows += [select(literal("dispute about a"), cast(Dispute.kind, String))]
    rows += [select(literal("verdict"), cast(Settlement.verdict, String)), select(literal("receipt"), cast(Receipt.kind, String))]
    taken = select(PaymentAttempt.kind).join(Payment, Payment.id == PaymentAttempt.payment_id)
    taken = taken.where(PaymentAttempt.outcome == "accepted", Payment.captured_at.is_not(None))
    rows += [taken.with_only_columns(literal("taken by"), PaymentAttempt.kind, maintain_column_froms=True)]
    found = union(*rows, select(literal("ledger"), LedgerTransaction.kind))
    return (f"{name} {state}" for name, state in db.session.execute(found).all())


def _only_money_follows() -> None:
    """What people are told moves no money: it is left out, so that a walk costs a quarter. Forgetting a fact is one of the storms."""
    table = EventTable()
    for follow in (settlements, closings, gifts, lines, moves, slots, receipts):
        table.connect({fact: [one for one in ones if one in MOVES] for fact, ones in follow.REACTIONS.items()})
    current_app.extensions["events"] = table


__all__ = ["Town", "now"]
