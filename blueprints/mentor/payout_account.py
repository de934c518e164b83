"""Set up payouts: the password, then the provider's own page, then back to us. Nothing in the address they return by is read."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField
from wtforms.validators import Length

from app.kernel.errors import Conflict, Invalid, NotFound
from app.payments.payout_accounts import come_back, onboarding, set_up
from app.web.forms import AppForm
from app.web.fragments import is_htmx
from app.web.guards import me
from app.web.limits import ask_provider_by_person, withdraw_by_person
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.payout_account_words import standing_of_account


class PayoutAccountForm(AppForm):
    """Set up payouts."""

    password = PasswordField("Password", [Length(max=200, message="This is too long.")])


@mentor.get("/earnings/payout-account")
def payout_account_dialog() -> str:
    """The dialog; without scripts a page. 404 where the provider has no page of its own."""
    return _shown(PayoutAccountForm(formdata=None))


@mentor.post("/earnings/payout-account")
@withdraw_by_person
def go_to_payout_account() -> ResponseReturnValue:
    """On to the provider's page. Without scripts by a link: our pages let no form lead anywhere else."""
    form = PayoutAccountForm()
    if not form.validate():
        return _shown(form), 422
    try:
        address = set_up(me(), form.password.data or "")
    except Invalid as fault:
        form.accept(fault)
        return _shown(form), 422
    except Conflict as refusal:
        form.form_errors.append(refusal.message)
        return _shown(form), refusal.status
    return ("", 200, {"HX-Redirect": address}) if is_htmx() else _shown(form, address)


@mentor.get("/earnings/payout-account/return")
@ask_provider_by_person
def back_from_payout_account() -> ResponseReturnValue:
    """Back from the provider, finished or not: it is asked, and the page says what is true."""
    if onboarding() is None:
        raise NotFound
    come_back(me())
    return redirect(url_for("mentor.withdrawals_page"))


def _shown(form: PayoutAccountForm, address: str = "") -> str:
    door = onboarding()
    if door is None:
        raise NotFound
    template = "mentor/_payout_account_dialog.html" if is_htmx() else "mentor/payout_account.html"
    return render_template(template, form=form, standing=standing_of_account(me()), provider_title=door.title, address=address)
