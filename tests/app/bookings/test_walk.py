"""Two thousand walks through everything that can happen to a booking and its money, with answers lost, processes dead at any point
and sweeps in any order. Afterwards every sweep runs until nothing moves any more; then the books must agree with the provider's to
the last unit, every booking with its money, and every state must have been seen."""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.bookings.dispute_models import DisputeKind, DisputeState
from app.bookings.line_models import EntryState
from app.bookings.proposal_models import ProposalState
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.gifts.models import GiftState
from app.payments.models import PaymentState, RefundState
from app.payments.payout_models import PayoutState
from app.payments.providers.base import Kind
from app.payments.receipt_models import ReceiptKind
from tests.app.bookings.walk.town import Town
from tests.app.bookings.walk.truth import nothing_is_wrong
from tests.app.bookings.walk.weather import POINTS, Weather

pytestmark = pytest.mark.database

BLOCK = 25
LEDGER = (
    *("capture", "refund", "release", "gift", "tip_release", "payout", "payout_paid", "payout_returned"),
    *("chargeback", "chargeback_covered", "chargeback_won", "stray", "stray_back"),
)
"""Every kind of deed, but one that needs a bank to be quicker than a sweep of ours: a stray charge that is taken back."""
STATES = {
    *(f"booking {state}" for state in BookingState),
    *(f"payment {state}" for state in PaymentState),
    *(f"refund {state}" for state in RefundState),
    *(f"payout {state}" for state in PayoutState),
    *(f"gift {state}" for state in GiftState),
    *(f"dispute {state}" for state in DisputeState),
    *(f"dispute about a {kind}" for kind in DisputeKind),
    *(f"proposal {state}" for state in ProposalState),
    *(f"in line {state}" for state in EntryState),
    *(f"stray {state}" for state in RefundState if state is not RefundState.FAILED),
    *(f"taken by {kind}" for kind in Kind),
    *(f"verdict {verdict}" for verdict in Verdict),
    *(f"receipt {kind}" for kind in ReceiptKind),
    *(f"ledger {kind}" for kind in LEDGER),
}

CORE = {state for state in STATES if state.split()[0] in ("booking", "payment", "refund", "taken")}
ON_POSTGRESQL = "TEST_DATABASE_URL" in os.environ
TWO_THOUSAND = [
    pytest.param(range(first, first + 1000), STATES, POINTS, id=f"walks {first} to {first + 999}") for first in (0, 1000)
]
A_HUNDRED = pytest.param(range(100), CORE, set(), id="a hundred walks")
"""They reach what a booking and its payment can be; withdrawals, gifts and disputes need hundreds."""
BEGINS = datetime(2027, 3, 1, 9, tzinfo=UTC)
"""The first walk begins here, each an hour after the one before it: a failure repeats on any day, and clocks change meanwhile."""


@pytest.mark.parametrize(("seeds", "states", "points"), [A_HUNDRED] if ON_POSTGRESQL else TWO_THOUSAND)
def test_whatever_happens_the_books_agree_and_nobody_loses_money(
    app: Flask, with_fee, start_anew, weather: Weather, seeds, states, points
) -> None:
    seen: Counter[str] = Counter()
    for first in range(seeds.start, seeds.stop, BLOCK):
        start_anew()
        seen += walk_through(weather, range(first, first + BLOCK))
    assert set(seen) >= states, f"never reached: {sorted(states - set(seen))}"
    assert weather.seen >= points, f"never broken: {sorted(points - weather.seen)}"


def walk_through(weather: Weather, seeds: range) -> Counter[str]:
    """Walk a block of seeds, let it heal, and look; returns the states that were seen."""
    town = Town(seeds, weather, BEGINS + timedelta(hours=seeds.start))
    try:
        town.live()
        town.heal()
        nothing_is_wrong({walk.mentor_id: walk.seed for walk in town.walks})
    except Exception as fault:
        fault.add_note(f"walked in an empty town by {seeds}: alone they do it again")
        raise
    return town.seen
