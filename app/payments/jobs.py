"""Sweeps of payments: ask about what is unfinished, give back what is wanted back."""

import logging

from app.extensions import db
from app.kernel.schedule import Periodic, for_each
from app.payments import chargebacks, documents, looking_again, payout_accounts, payouts, refunds, service, strays
from app.payments.manual import expiring
from app.payments.providers import rehearsal_post

log = logging.getLogger(__name__)


def reconcile_payments() -> None:
    """Find out what became of payments without a final answer; one that fails stops no other."""
    for_each(service.unfinished(), service.reconcile)


def carry_out_refunds() -> None:
    """Give back what is wanted back."""
    for_each(refunds.wanted(), refunds.carry_out)


def give_back_strays() -> None:
    """Send back what a provider took without a reason."""
    for_each(strays.wanted(), strays.carry_out)


def carry_out_payouts() -> None:
    """Send withdrawals, and find out what became of those that were sent."""
    for_each(payouts.under_way(), payouts.carry_out)


def tell_late_payouts() -> None:
    """Alert whoever can look into withdrawals that are later than promised."""
    for_each(payouts.late(), payouts.tell_late)


def look_at_payout_accounts() -> None:
    """Ask about mentors' accounts at providers whose messages may have been lost."""
    for_each(payout_accounts.due(), payout_accounts.look_at)


def give_up_late_transfers() -> None:
    """Wait no longer for transfers that did not come in time."""
    for_each(expiring.late(), expiring.give_up)


def look_again() -> None:
    """Ask about tries that nobody waits for any more."""
    for_each(looking_again.forgotten(), looking_again.look_again)


def look_for_chargebacks() -> None:
    """Find what payers' banks took back without our hearing of it."""
    try:
        chargebacks.look_for_untold()
    except Exception:
        db.session.rollback()
        log.exception("looking for chargebacks failed")


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
