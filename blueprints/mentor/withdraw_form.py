"""The dialog behind Withdraw: an amount, and a saved payout method or a new one with its details and the password."""

import re

from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import Length

from app.accounts.models import User
from app.config import settings
from app.kernel.clock import now
from app.kernel.ids import new_public_id
from app.kernel.money import Money
from app.payments.payout_methods import is_first_method, payout_methods
from app.payments.payout_models import PayoutMethod
from app.payments.payouts import Withdrawal
from app.payments.providers.base import Kind
from app.payments.providers.registry import provider
from app.web.forms import AppForm, tidy

SAVED = "saved:"
NAMES = {Kind.BANK: "Bank", Kind.UPI: "UPI"}
LONGEST = 100
TOO_LONG = f"Use at most {LONGEST} characters."


class WithdrawForm(AppForm):
    """Withdraw."""

    amount = StringField("Amount", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    method = RadioField("Payout method", validate_choice=False)
    account_name = StringField("Account holder", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    account_number = StringField(
        "Account number", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy], render_kw={"inputmode": "numeric"}
    )
    ifsc = StringField("IFSC", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    upi_id = StringField("UPI ID", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    password = PasswordField("Password", [Length(max=200, message="This is too long.")])
    ticket = HiddenField()

    saved: list[PayoutMethod]
    is_first: bool
    wanted: dict[str, tuple[str, ...]]

    @classmethod
    def sent_by(cls, mentor: User) -> "WithdrawForm":
        """What was sent, with this mentor's choices."""
        form = cls()
        form._offer(mentor)
        return form

    @classmethod
    def fresh(cls, mentor: User, available: Money) -> "WithdrawForm":
        """Everything available, to the newest method that may be used; while rehearsing, working test values."""
        form = cls(formdata=None)
        form._offer(mentor)
        form.amount.data, form.ticket.data = available.plain(), new_public_id()
        able = [method for method in form.saved if method.stopped_at is None]
        usable = [method for method in able if method.usable_from <= now()] or able or form.saved
        form.method.data = f"{SAVED}{usable[-1].id}" if usable else next(iter(form.kinds), "")
        if settings().is_rehearsal:
            for kind in provider().payout_kinds(settings().currency):
                for name, value in kind.test_values:
                    form[name].data = value
        return form

    def _offer(self, mentor: User) -> None:
        self.saved = list(payout_methods(mentor))
        self.is_first = is_first_method(mentor)
        offered = provider().payout_kinds(settings().currency)
        self.kinds = {kind.kind.value: NAMES[kind.kind] for kind in offered}
        self.wanted = {kind.kind.value: kind.fields for kind in offered}
        if settings().currency != "INR" and settings().is_by_hand:
            self.account_number.label.text, self.ifsc.label.text = "Account number or IBAN", "Bank code"
            self.account_number.render_kw = {"inputmode": "text"}

    @property
    def is_new_method(self) -> bool:
        """Whether a kind is chosen, not something saved."""
        return self.method.data in self.kinds

    @property
    def details(self) -> dict[str, str]:
        """What was typed for the chosen kind."""
        return {name: self[name].data or "" for name in self.wanted.get(self.method.data or "", ())}

    def withdrawal(self) -> Withdrawal:
        """What the use case takes. A saved id that is not theirs goes on as it is: the use case refuses it."""
        picked, ticket = self.method.data or "", self.ticket.data or ""
        number = picked.removeprefix(SAVED)
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        return Withdrawal(
            amount=self.amount.data or "",
            method_id=(int(number) if is_number else 0) if picked.startswith(SAVED) else None,
            kind=picked,
            details=self.details,
            password=self.password.data or "",
            ticket=ticket if re.fullmatch(r"[\w-]{16,40}", ticket, re.ASCII) else "",
        )
