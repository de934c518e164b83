"""What follows when a mentor withdraws: the bank is asked at once, the mentor hears what came of it, and of every new method."""

from app.accounts import queries as accounts
from app.extensions import db
from app.kernel.clock import now
from app.kernel.events import Reactions
from app.kernel.jobs import later
from app.notifications import service as notifications
from app.payments import jobs as payment_jobs
from app.payments import receipts
from app.payments.events import (
    PayoutAccountChanged,
    PayoutLate,
    PayoutMethodAdded,
    PayoutPaid,
    PayoutReturned,
    PayoutsStopped,
    PayoutWanted,
)
from app.payments.payout_models import Payout, PayoutAccount, PayoutMethod
from app.payments.payouts import reason_of
from app.payments.receipt_models import ReceiptKind
from app.reactions.notices import wall_clock
from app.realtime.nudge import nudge

WITHDRAWALS = "/dashboard/mentor/withdrawals"


def pay_out_soon(event: PayoutWanted) -> None:
    """It leaves within a second when the worker is free; the sweep finds out what became of it."""
    later(payment_jobs.carry_out_payouts)


def tell_of_arrival(event: PayoutPaid) -> None:
    """The money is theirs, in their own account; the letter brings the document (reactions/receipts.py has written it)."""
    payout = db.session.get_one(Payout, event.payout_id)
    document = receipts.written(ReceiptKind.WITHDRAWAL, payout.id)
    link = f"/receipts/{document.number}" if document else WITHDRAWALS
    words = {"amount": str(payout.amount), "method": payout.label}
    notifications.tell(payout.mentor_id, "payout.paid", str(payout.id), link=link, **words)


def tell_of_return(event: PayoutReturned) -> None:
    """Why it came back, and that nothing is lost."""
    payout = db.session.get_one(Payout, event.payout_id)
    words = {"amount": str(payout.amount), "method": payout.label, "reason": reason_of(payout)}
    _tell(payout.mentor_id, "payout.returned", payout.id, **words)


def warn_of_new_method(event: PayoutMethodAdded) -> None:
    """If it was not them, they must hear of it."""
    method = db.session.get_one(PayoutMethod, event.method_id)
    reference = f"{method.id}-{method.created_at:%Y%m%d%H%M%S}"
    _tell(event.mentor_id, "payout.method_added", reference, method=method.label)


def look_at_account_again(event: PayoutAccountChanged) -> None:
    """An open page says how far the account is."""
    nudge([event.mentor_id], "earnings")


def tell_of_stop(event: PayoutsStopped) -> None:
    """What is missing, that nothing is lost, and where to go on; again whenever it happens again."""
    account = db.session.get_one(PayoutAccount, event.account_id)
    missing = f" It needs {account.missing} from you." if account.missing else ""
    reference = f"{account.id}-{now():%Y%m%d%H%M%S}"
    _tell(event.mentor_id, "payout.stopped", reference, provider=account.provider.capitalize(), missing=missing)


def tell_of_delay(event: PayoutLate) -> None:
    """The mentor reads honest words, the admins an alert with the number to look for."""
    payout = db.session.get_one(Payout, event.payout_id)
    words = {"amount": str(payout.amount), "method": payout.label}
    _tell(payout.mentor_id, "payout.late", payout.id, **words)
    for admin in accounts.admins():
        deadline = wall_clock(payout.due_at, admin.timezone)
        notifications.tell(
            admin.id, "payout.overdue", str(payout.id), link="/notices", number=str(payout.id), deadline=deadline, **words
        )


def _tell(mentor_id: int, kind: str, reference: int | str, **words: str) -> None:
    notifications.tell(mentor_id, kind, str(reference), link=WITHDRAWALS, **words)


REACTIONS: Reactions = {
    PayoutWanted: [pay_out_soon],
    PayoutPaid: [tell_of_arrival],
    PayoutReturned: [tell_of_return],
    PayoutLate: [tell_of_delay],
    PayoutMethodAdded: [warn_of_new_method],
    PayoutAccountChanged: [look_at_account_again],
    PayoutsStopped: [tell_of_stop],
}
