"""Planted bugs: the walk must fail for each of them, or it proves nothing. Each is one the design names."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import false

from app.bookings import jobs as booking_jobs
from app.bookings import service as bookings
from app.bookings.models import Booking
from app.kernel.clock import now
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.payments import answers, chargebacks, ledger, payouts, receipts, receipts_wanted, refunds, strays
from app.payments import jobs as payment_jobs
from app.payments import service as payments
from app.payments.models import RefundState
from app.payments.providers.rehearsal import RehearsalProvider
from tests.app.bookings.conftest import FEE_BPS
from tests.app.bookings.test_walk import BLOCK, CORE, walk_through
from tests.app.bookings.walk.weather import LineBroke, Weather

pytestmark = pytest.mark.long

MOST_SEEDS = 200
Patch = pytest.MonkeyPatch


def new_key_on_retry(patch: Patch) -> None:
    real = RehearsalProvider.create_payment

    def twice(self, amount, instrument, *, key, **named):
        try:
            return real(self, amount, instrument, key=key, **named)
        except LineBroke:
            return real(self, amount, instrument, key=new_public_id(), **named)

    patch.setattr(RehearsalProvider, "create_payment", twice)


def no_reconcile(patch: Patch) -> None:
    patch.setattr(payments, "unfinished", list)


def non_unique_ledger_reference(patch: Patch) -> None:
    real = ledger.post
    patch.setattr(ledger, "post", lambda kind, reference, entries: real(kind, f"{reference}-{new_public_id()}"[:60], entries))
    patch.setattr(ledger, "is_posted", lambda _kind, _reference: False)


def late_payment_kept(patch: Patch) -> None:
    real = refunds.want_full_refund
    patch.setattr(refunds, "want_full_refund", lambda number, why, due_at=None: why == "late" or real(number, why, due_at))


def double_rounding(patch: Patch) -> None:
    real = ledger.post

    def rounded_twice(kind, reference, entries):
        if kind == "release":
            kept = -sum(money.amount_minor for account, money in entries.items() if account.startswith("held:"))
            fee, part = kept * FEE_BPS // 10_000, kept * (10_000 - FEE_BPS) // 10_000
            parts = {"platform:fees": fee, "mentor:": part}
            held = {account: money for account, money in entries.items() if account.startswith("held:")}
            theirs = {
                account: Money(amount, money.currency)
                for account, money in entries.items()
                for prefix, amount in parts.items()
                if account.startswith(prefix)
            }
            entries = {**{account: Money(-fee - part, "USD") for account in held}, **theirs}
        return real(kind, reference, entries)

    patch.setattr(ledger, "post", rounded_twice)


def payout_not_held(patch: Patch) -> None:
    _skip_the_move(patch, "payout")


def failed_payout_not_returned(patch: Patch) -> None:
    _skip_the_move(patch, "payout_returned")


def _skip_the_move(patch: Patch, skipped: str) -> None:
    real = payouts._move
    patch.setattr(payouts, "_move", lambda payout, kind, *rest: kind == skipped or real(payout, kind, *rest))


def random_refund_key(patch: Patch) -> None:
    _random_key(patch, "refund")


def random_payout_key(patch: Patch) -> None:
    _random_key(patch, "create_payout")


def _random_key(patch: Patch, name: str) -> None:
    real = getattr(RehearsalProvider, name)
    patch.setattr(RehearsalProvider, name, lambda *args, key, **named: real(*args, key=new_public_id(), **named))


def capture_forgotten(patch: Patch) -> None:
    real = answers.apply
    patch.setattr(answers, "apply", real)
    patch.setattr(payments, "capture", lambda number: None)


def deaf_to_money(patch: Patch) -> None:
    patch.setattr(bookings, "follow_money", lambda number: None)


def refund_sweep_gone(patch: Patch) -> None:
    patch.setattr(refunds, "wanted", list)
    patch.setattr(payment_jobs, "carry_out_refunds", lambda: None)


def stray_charge_kept(patch: Patch) -> None:
    patch.setattr(strays, "wanted", list)


def chargeback_not_written_down(patch: Patch) -> None:
    patch.setattr(chargebacks, "_take_note", lambda _number, _result: None)


def loss_not_covered_by_what_was_held(patch: Patch) -> None:
    def cover(_payment, refund):
        refund.state, refund.done_at = RefundState.FAILED, now()

    patch.setattr(chargebacks, "cover", cover)


def released_in_a_dispute(patch: Patch) -> None:
    patch.setattr(Booking, "is_disputed", property(lambda _booking: False))
    patch.setattr(booking_jobs, "disputed", lambda _number: false())


def receipt_not_wanted(patch: Patch) -> None:
    patch.setattr(receipts_wanted, "want", lambda _kind, _subject: None)


def receipt_number_skipped(patch: Patch) -> None:
    real = receipts._locked_counter

    def skipping(series):
        counter = real(series)
        counter.last += counter.last == 7
        return counter

    patch.setattr(receipts, "_locked_counter", skipping)


MUTANTS: tuple[Callable[[Patch], None], ...] = (
    new_key_on_retry,
    no_reconcile,
    non_unique_ledger_reference,
    late_payment_kept,
    double_rounding,
    payout_not_held,
    failed_payout_not_returned,
    random_refund_key,
    random_payout_key,
    capture_forgotten,
    deaf_to_money,
    refund_sweep_gone,
    stray_charge_kept,
    chargeback_not_written_down,
    loss_not_covered_by_what_was_held,
    released_in_a_dispute,
    receipt_not_wanted,
    receipt_number_skipped,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__.replace("_", " "))
def test_the_walk_fails_when_a_bug_is_planted(
    app: Flask, with_fee, start_anew, weather: Weather, monkeypatch, mutant, record_property, caplog
) -> None:
    caplog.set_level("CRITICAL")
    mutant(monkeypatch)
    seen: Counter[str] = Counter()
    for first in range(0, MOST_SEEDS, BLOCK):
        start_anew()
        try:
            seen += walk_through(weather, range(first, first + BLOCK))
        except Exception as found:  # a planted bug may also make the sweeps raise: the walk saw it
            record_property("killed by seed", first + BLOCK)
            print(f"{mutant.__name__}: killed within {first + BLOCK} seeds: {str(found)[:200]}")
            return
    assert not set(seen) >= CORE, f"survived {MOST_SEEDS} seeds"
    print(f"{mutant.__name__}: killed, as these were never reached: {CORE - set(seen)}")
