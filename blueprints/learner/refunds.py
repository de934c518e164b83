"""A refund that came back from the bank: where else it may go."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.validators import Length

from app.kernel.errors import Invalid
from app.payments.manual import redirecting
from app.payments.manual.accounts import BANK_FIELDS, UPI_FIELDS
from app.payments.manual.models import HandTransfer, TransferState
from app.web.filters import when_inside
from app.web.forms import AppForm, tidy
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.learner.blueprint import learner
from blueprints.learner.checkout_form import LONGEST, NAMES, TOO_LONG

FIELDS = {"bank": BANK_FIELDS, "upi": UPI_FIELDS}


class AccountForm(AppForm):
    """Another account for money back."""

    method = RadioField("Where to", validate_choice=False, default="bank")
    account_name = StringField("Account holder", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    account_number = StringField("Account number", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    ifsc = StringField("IFSC", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])
    upi_id = StringField("UPI ID", [Length(max=LONGEST, message=TOO_LONG)], filters=[tidy])

    def offer(self, currency: str) -> "AccountForm":
        """The kinds there are in a currency, with its words for a bank account."""
        kinds = ("bank", "upi") if currency == "INR" else ("bank",)
        self.method.choices = [(kind.value, name) for kind, name in NAMES.items() if kind in kinds]
        if currency != "INR":
            self.account_number.label.text, self.ifsc.label.text = "Account number or IBAN", "Bank code"
        return self


@learner.get("/refunds/<int:number>")
def refund(number: int) -> str:
    """The form while it is needed, else how the refund stands; 404 for anybody else's."""
    transfer = redirecting.refund_of(me(), number)
    return _page(transfer, AccountForm(formdata=None).offer(transfer.currency))


@learner.post("/refunds/<int:number>")
@write_by_person
def choose_refund_account(number: int) -> ResponseReturnValue:
    """Send it there."""
    form = AccountForm().offer(redirecting.refund_of(me(), number).currency)
    kind = form.method.data or ""
    details = {name: form[name].data or "" for name in FIELDS.get(kind, ())}
    try:
        if not form.validate():
            return _page(redirecting.refund_of(me(), number), form), 422
        transfer = redirecting.choose_account(me(), number, kind, details)
    except Invalid as fault:
        form.accept(fault)
        return _page(redirecting.refund_of(me(), number), form), 422
    flash(f"Thank you. {transfer.amount} goes to {transfer.account_label} within a day.", "ok")
    return see_other(url_for("learner.payments"))


def _page(transfer: HandTransfer, form: AccountForm) -> str:
    is_asked = transfer.state is TransferState.RETURNED
    due_text = when_inside(transfer.due_at)
    return render_template("learner/refund.html", transfer=transfer, form=form, is_asked=is_asked, due_text=due_text)
