"""Sweeps of payments: ask about what is unfinished, give back what is wanted back."""

import logging

from app.extensions import db
from app.kernel.schedule import Periodic
from app.payments import chargebacks, documents, looking_again, payout_accounts, payouts, refunds, service, strays
from app.payments.manual import expiring
from app.payments.providers import rehearsal_post

log = logging.getLogger(__name__)


def reconcile_payments() -> None:
    """Find out what became of payments without a final answer; one that fails stops no other."""
    for payment_id in service.unfinished():
        _alone(service.reconcile, payment_id)


def carry_out_refunds() -> None:
    """Give back what is wanted back."""
    for refund_id in refunds.wanted():
        _alone(refunds.carry_out, refund_id)


def give_back_strays() -> None:
    """Send back what a provider took without a reason."""
    for stray_id in strays.wanted():
        _alone(strays.carry_out, stray_id)


def carry_out_payouts() -> None:
    """Send withdrawals, and find out what became of those that were sent."""
    for payout_id in payouts.under_way():
        _alone(payouts.carry_out, payout_id)


def tell_late_payouts() -> None:
    """Alert whoever can look into withdrawals that are later than promised."""
    for payout_id in payouts.late():
        _alone(payouts.tell_late, payout_id)


def look_at_payout_accounts() -> None:
    """Ask about mentors' accounts at providers whose messages may have been lost."""
    for account_id in payout_accounts.due():
        _alone(payout_accounts.look_at, account_id)


def give_up_late_transfers() -> None:
    """Wait no longer for transfers that did not come in time."""
    for asked_id in expiring.late():
        _alone(expiring.give_up, asked_id)


def look_again() -> None:
    """Ask about tries that nobody waits for any more."""
    for attempt_id in looking_again.forgotten():
        _alone(looking_again.look_again, attempt_id)


def look_for_chargebacks() -> None:
    """Find what payers' banks took back without our hearing of it."""
    try:
        chargebacks.look_for_untold()
    except Exception:
        db.session.rollback()
        log.exception("looking for chargebacks failed")


def _alone(function, row_id: int) -> None:  # type: ignore[no-untyped-def]
    try:
        function(row_id)
    except Exception:
        db.session.rollback()
        log.exception("%s(%s) failed", function.__name__, row_id)


PERIODIC = (
    Periodic("payments.reconcile", 5, reconcile_payments),
    Periodic("payments.refunds", 5, carry_out_refunds),
    Periodic("payments.strays", 60, give_back_strays),
    Periodic("payments.look_again", 600, look_again),
    Periodic("payments.chargebacks", 1800, look_for_chargebacks),
    Periodic("payments.payouts", 5, carry_out_payouts),
    Periodic("payments.tell_late_payouts", 60, tell_late_payouts),
    Periodic("payments.payout_accounts", 60, look_at_payout_accounts),
    Periodic("payments.write_missing_documents", 60, documents.write_missing),
    Periodic("payments.late_transfers", 60, give_up_late_transfers),
    Periodic("payments.rehearsal", 3, rehearsal_post.deliver),
)
