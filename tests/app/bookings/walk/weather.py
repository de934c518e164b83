"""What goes wrong: lines that break on the way there or back, and processes that die at any point. By dice, so that a seed repeats."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import WRITING, Transaction
from app.payments.looking_again import ARRIVES_WITHIN
from app.payments.providers.rehearsal import RehearsalProvider

CALLS = ("create_payment", "find_payment", "capture", "cancel", "refund", "create_payout", "find_payout", "find_refund", "read_event")

SELDOM = ("capture", "cancel", "refund", "create_payout", "find_payout", "find_refund")
"""Called so seldom that only rough weather meets all their points within a few hundred walks."""

ODDS = {**dict.fromkeys(SELDOM, (0.2, 0.15)), "create_payment": (0.14, 0.04)}
"""Of a broken line and of a death, before a call and again after it. A charge too many needs three things to go wrong in a row."""


GIVEN_UP_AFTER = timedelta(minutes=30)
"""A call that is on the wire for so long was asked about, taken for lost, and perhaps followed by another try."""


class LineBroke(Exception):
    """The provider did what it was asked, or not, and nobody heard; whoever asked goes on."""


class Died(BaseException):
    """The process is gone, as after kill -9: no handler of ours runs, only what is committed remains."""


class Weather:
    """Storms and calm. Each provider call may be lost or deadly before and after it, each commit deadly before and after it."""

    def __init__(self) -> None:
        self.dice, self.is_stormy = random.Random(0), False
        self.seen: set[str] = set()
        self.met: set[str] = set()
        self.on_the_wire: list[tuple[datetime, Callable[[], object]]] = []

    def begin(self, seed: int) -> None:
        """A new block of walks: the same seed brings the same weather, whatever was before."""
        self.dice, self.met, self.on_the_wire = random.Random(seed), set(), []

    def may_break(self, where: str, line: float, death: float) -> None:
        """Roll the dice at one point: whether it breaks, and how; what this block has not met there yet comes first."""
        if not self.is_stormy or self.dice.random() >= line + death:
            return
        broken, died = f"line broke {where}", f"died {where}"
        is_line = self.dice.random() * (line + death) < line
        if line and broken not in self.met:
            is_line = True
        elif died not in self.met:
            is_line = False
        self.met.add(broken if is_line else died)
        self.seen |= self.met
        raise LineBroke(where) if is_line else Died(where)

    def deliver_late_calls(self, chance: float = 0.3) -> None:
        """Calls that were given up for lost arrive after all, within days or never; nobody hears the answers."""
        waiting, self.on_the_wire = self.on_the_wire, []
        for sent_at, call in waiting:
            if now() > sent_at + ARRIVES_WITHIN / 4:
                continue
            is_fresh = now() < sent_at + GIVEN_UP_AFTER
            if self.dice.random() >= chance * (0.2 if is_fresh else 1):  # not yet: by then the payment may have gone on without it
                self.on_the_wire.append((sent_at, call))
                continue
            with suppress(LookupError, ValueError):
                call()
            self.seen.add("a call arrived late")

    @contextmanager
    def storm(self) -> Iterator[None]:
        """Rough until the end of the block."""
        self.is_stormy = True
        try:
            yield
        finally:
            self.is_stormy = False


POINTS = {f"{what} {when} {call}" for call in CALLS for when in ("before", "after") for what in ("line broke", "died")} | {
    "died before commit",
    "died after commit",
    "a call arrived late",
}
"""Every point at which something can go wrong; a run must have met them all."""


@contextmanager
def changeable(monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    """Put the weather between us and the provider, and around every commit."""
    made = Weather()
    for name in CALLS:
        monkeypatch.setattr(RehearsalProvider, name, _on_a_bad_line(made, name))
    speak = Transaction.speak

    def speak_unless_dead(tx: Transaction) -> None:
        made.may_break("after commit", 0, 0.02)
        speak(tx)

    def commit_unless_dead(session) -> None:
        if WRITING in session.info:
            made.may_break("before commit", 0, 0.02)

    monkeypatch.setattr(Transaction, "speak", speak_unless_dead)
    event.listen(db.session, "before_commit", commit_unless_dead)
    yield made
    event.remove(db.session, "before_commit", commit_unless_dead)


def _on_a_bad_line(weather: Weather, name: str) -> Callable:
    real, odds = getattr(RehearsalProvider, name), ODDS.get(name, (0.08, 0.04))

    def call(*args, **named):
        try:
            weather.may_break(f"before {name}", *odds)
        except LineBroke:
            if name == "create_payment":
                weather.on_the_wire.append((now(), lambda: real(*args, **named)))
            raise
        answer = real(*args, **named)
        weather.may_break(f"after {name}", *odds)
        return answer

    return call
