"""mentor@example.com has withdrawn once, ten days ago, to the bank account the rehearsal always pays."""

from datetime import datetime, timedelta

from app.accounts.models import User
from app.demo.cast import MENTOR
from app.demo.people import PASSWORD
from app.kernel import clock
from app.kernel.money import exponent
from app.payments import ledger
from app.payments.payout_methods import is_first_method
from app.payments.payouts import Withdrawal, carry_out, withdraw
from app.payments.providers.base import Kind
from app.payments.providers.registry import provider

WITHDRAWN = timedelta(days=10)
"""How long before the moment of loading."""
ARRIVED = timedelta(hours=3)
"""How long after that it was paid."""


def play_withdrawal(people: dict[str, User], moment: datetime, currency: str) -> None:
    """Half of what is available, in whole units; nothing when it was played before."""
    mentor = people[MENTOR]
    if not is_first_method(mentor):
        return
    (bank,) = (kind for kind in provider().payout_kinds(currency) if kind.kind is Kind.BANK)
    units = ledger.balance(ledger.available_to(mentor.id), currency).amount_minor // 10 ** exponent(currency) // 2
    wanted = Withdrawal(str(units), kind=bank.kind.value, details=dict(bank.test_values), password=PASSWORD)
    with clock.stopped(moment - WITHDRAWN):
        payout_id = withdraw(mentor, wanted).id
        carry_out(payout_id)
    with clock.stopped(moment - WITHDRAWN + ARRIVED):
        carry_out(payout_id)
