"""Which withdrawal took which earning: counted from the newest, and the same as counting all of history from its beginning."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments import jobs, ledger
from app.payments.covering import withdrawn, withdrawn_at
from app.payments.payout_methods import payout_methods
from app.payments.payout_models import PayoutState
from app.payments.payouts import Withdrawal, withdraw
from tests import factories

pytestmark = pytest.mark.database
BAD_BANK = {"account_number": "000123450001", "ifsc": "TEST0123456"}


def earn(mentor, number: int, amount_minor: int = 1000) -> str:
    """A session's money is released to the mentor."""
    amount = Money(amount_minor, "USD")
    entries = {ledger.available_to(mentor.id): amount, ledger.provider_account("rehearsal"): Money(-amount_minor, "USD")}
    with factories.transaction():
        ledger.post("release", str(number), entries)
    return str(number)


def ask_for(mentor, amount: str, **where):
    where = where or {"kind": "upi", "details": {"upi_id": "success@upi"}}
    return withdraw(mentor, Withdrawal(amount, password=factories.PASSWORD, **where))


def test_the_oldest_earnings_leave_first_and_what_came_back_leaves_again(mentor) -> None:
    factories.verified(mentor)
    wanted = [earn(mentor, number) for number in range(4)]
    assert withdrawn_at(mentor.id, "release", wanted) == {}
    returned = ask_for(mentor, "30", kind="bank", details=BAD_BANK)
    assert set(withdrawn_at(mentor.id, "release", wanted)) == {"0", "1", "2"}
    jobs.carry_out_payouts()
    with clock.stopped(now() + timedelta(seconds=16)):
        jobs.carry_out_payouts()
    db.session.refresh(returned)
    assert returned.state is PayoutState.RETURNED
    assert withdrawn_at(mentor.id, "release", wanted) == {}
    wanted.append(earn(mentor, 4))
    withdraw(mentor, Withdrawal("25", method_id=payout_methods(mentor)[0].id))
    assert set(withdrawn_at(mentor.id, "release", wanted)) == {"0", "1"}


def test_one_asked_for_alone_is_answered_as_among_all(mentor) -> None:
    factories.verified(mentor)
    numbers = [earn(mentor, number, 100 + number) for number in range(8)]
    ask_for(mentor, "5")
    gone = withdrawn_at(mentor.id, "release", numbers)
    assert set(gone) == set(db.session.scalars(withdrawn(mentor.id, "release"))) == {"0", "1", "2", "3"}
    assert {number: at for number in numbers for at in withdrawn_at(mentor.id, "release", [number]).values()} == gone
