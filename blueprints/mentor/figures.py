"""The four figures of a mentor's money (R18)."""

from dataclasses import dataclass

from app.accounts.models import User
from app.bookings.earnings import snapshot
from app.gifts.queries import coming_tips
from app.kernel.money import Money
from app.payments.payouts import withdrawn_by


@dataclass(frozen=True, slots=True)
class Figures:
    """Not theirs yet (gifts of the last day too), theirs, on its way to their bank, and arrived there in all; after fees."""

    held: Money
    available: Money
    in_payout: Money
    paid: Money

    @property
    def can_withdraw(self) -> bool:
        """Whether there is anything to withdraw."""
        return self.available.amount_minor > 0


def figures_of(mentor: User) -> Figures:
    """Read them: the ledger decides."""
    earned = snapshot(mentor)
    held = earned.held + coming_tips(mentor)
    in_payout, paid = withdrawn_by(mentor, earned.available.currency)
    return Figures(held=held, available=earned.available, in_payout=in_payout, paid=paid)
