"""Balances are kept beside the entries: the same sums, at the same cost however long the history, and never below nothing."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select

from app.config import ROOT
from app.extensions import db
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.payments import ledger
from app.payments.balances import Overdrawn, account_balances
from app.payments.models import LedgerEntry
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database

FOLDER = str(ROOT / "migrations")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def post(reference: int, source: str, target: str, minor: int, kind: str = "test") -> None:
    with transaction():
        ledger.post(kind, str(reference), {source: usd(-minor), target: usd(minor)})


def test_a_balance_is_the_sum_of_its_entries(app) -> None:
    for number in range(1, 40):
        post(number, "provider:x", "mentor:1:available", number)
    assert ledger.balance("mentor:1:available", "USD") == usd(780)
    assert ledger.balance("provider:x", "USD") == usd(-780)
    assert ledger.balance("mentor:1:available", "EUR") == Money(0, "EUR")


def test_a_mentor_s_sums_by_kind_are_kept_too(app) -> None:
    for number, kind in enumerate(("release", "release", "gift")):
        post(number, "provider:x", "mentor:1:available", 5, kind)
    assert ledger.balance_and_moved_by("release", "mentor:1:available", "USD") == (usd(15), usd(10))


@pytest.mark.parametrize("account", ["mentor:1:available", "mentor:1:in_payout", "held:booking:7", "held:gift:7"])
def test_nobody_s_money_falls_below_nothing_and_nothing_is_written_then(app, account) -> None:
    post(1, "provider:x", account, 100)
    with pytest.raises(Overdrawn):
        post(2, account, "platform:fees", 101)
    assert ledger.balance(account, "USD") == usd(100)
    assert not ledger.is_posted("test", "2")
    post(3, account, "platform:fees", 100)
    assert ledger.balance(account, "USD").is_zero


def test_what_lies_elsewhere_or_is_lost_may_be_below_nothing(app) -> None:
    post(1, "platform:losses", "held:booking:7", 5)
    post(2, "provider:x", "platform:fees", 5)
    assert ledger.balance("platform:losses", "USD") == usd(-5)


def test_twenty_at_once_on_one_account_are_all_counted_and_none_too_many(app) -> None:
    post(0, "provider:x", "mentor:1:available", 1000)
    results = at_once(app, *[lambda n=n: post(n, "mentor:1:available", "provider:x", 90) for n in range(1, 21)])
    assert sum(isinstance(result, Overdrawn) for result in results) == 9, results
    assert ledger.balance("mentor:1:available", "USD") == usd(10)
    assert ledger.balance("provider:x", "USD") == usd(-10)


def test_two_that_move_the_same_accounts_the_other_way_round_do_not_wait_for_each_other(app) -> None:
    for account in ("mentor:1:available", "mentor:2:available"):
        post(int(account[7]), "provider:x", account, 1000)
    there = [lambda n=n: post(n, "mentor:1:available", "mentor:2:available", 1) for n in range(10, 25)]
    back = [lambda n=n: post(n, "mentor:2:available", "mentor:1:available", 1) for n in range(30, 45)]
    assert at_once(app, *there, *back) == [None] * 30
    assert ledger.balance("mentor:1:available", "USD") == usd(1000)


def test_the_migration_fills_them_from_the_entries(app, mentor, learner, lesson) -> None:
    factories.completed(learner, lesson)
    post(1, "provider:x", "mentor:1:available", 7)
    db.session.remove()
    try:
        downgrade(directory=FOLDER, revision="0010")
    finally:
        db.engine.dispose()
        upgrade(directory=FOLDER)
    entries = select(LedgerEntry.account, func.sum(LedgerEntry.amount_minor)).group_by(LedgerEntry.account)
    kept = select(account_balances.c.account, func.sum(account_balances.c.amount_minor)).where(account_balances.c.kind == "")
    rows = [sorted(map(tuple, db.session.execute(query))) for query in (entries, kept.group_by(account_balances.c.account))]
    assert rows[0] == rows[1]
    assert ledger.balance_and_moved_by("test", "mentor:1:available", "USD")[1] == usd(7)
