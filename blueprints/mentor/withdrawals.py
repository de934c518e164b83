"""Withdraw and Confirm: the dialog, the list of withdrawals, and where the money may go."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.config import settings
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.money import SYMBOLS, Money
from app.kernel.paging import Place, Stretch
from app.payments import ledger
from app.payments.payout_methods import HOLD, add_payout_method, payout_methods, remove_payout_method
from app.payments.payout_models import Payout, PayoutState
from app.payments.payouts import PROCESSED_WITHIN, payouts_of, reason_of, withdraw
from app.web.documents import Document, withdrawal_receipts_about
from app.web.filters import when, when_inside, zone_name
from app.web.fragments import close_dialog, is_htmx, with_toast
from app.web.guards import me, see_other
from app.web.limits import withdraw_by_person, write_by_person
from app.web.paging import Page, page_of
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.figures import figures_of
from blueprints.mentor.payout_account_words import AccountStanding, standing_of_account
from blueprints.mentor.withdraw_form import WithdrawForm

SHOWN_AT_ONCE = 5
"""The newest withdrawals; "Show more" brings the earlier ones."""


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A line of the list; `tone` names the colour of the status, `note` says what happens next."""

    id: int
    place: Place
    date: str
    amount: str
    label: str
    status: str
    tone: str
    note: str
    documents: tuple[Document, ...]


@mentor.get("/withdrawals")
def withdrawals_page() -> str:
    """The page; `?withdraw=1` opens the dialog, `?before=` begins further down."""
    parts = {"figures": figures_of(me()), "page": _page(), **places_of(me())}
    return render_template("mentor/withdrawals.html", opens_withdrawal="withdraw" in request.args, **parts)


@mentor.get("/earnings/withdraw")
def withdraw_dialog() -> ResponseReturnValue:
    """The dialog, with everything available filled in. Without scripts: the page."""
    if not is_htmx():
        return redirect(url_for("mentor.withdrawals_page", withdraw=1))
    return _dialog()


@mentor.post("/earnings/withdraw")
@withdraw_by_person
def confirm_withdrawal() -> ResponseReturnValue:
    """Withdraw; or, with a method that is not the first, keep that for tomorrow."""
    form = WithdrawForm.sent_by(me())
    if not form.validate():
        return _dialog(form), 422
    try:
        text = _kept(form) if form.is_new_method and not form.is_first else _withdrawn(form)
    except Invalid as fault:
        form.accept(fault)
        return _dialog(form), 422
    return (
        close_dialog(text, link=url_for("mentor.withdrawals_page")) if is_htmx() else see_other(url_for("mentor.withdrawals_page"))
    )


@mentor.get("/earnings/withdrawals")
def withdrawals() -> str:
    """The list alone."""
    return render_template("mentor/_withdrawals.html", page=_page())


@mentor.get("/earnings/withdrawals/rows")
def withdrawal_rows() -> str:
    """One stretch of rows."""
    return render_template("mentor/_withdrawal_rows.html", page=_page())


@mentor.get("/earnings/methods")
def methods() -> str:
    """Where the money may go."""
    return render_template("mentor/_payout_methods.html", **places_of(me()))


@mentor.post("/earnings/methods/<int:method_id>/removal")
@write_by_person
def remove_method(method_id: int) -> ResponseReturnValue:
    """Forget a payout method; 404 for anybody else's."""
    remove_payout_method(me(), method_id)
    return with_toast(methods(), "Forgotten") if is_htmx() else see_other(url_for("mentor.withdrawals_page"))


def places_of(person: User) -> dict[str, Any]:
    """What mentor/_payout_methods.html shows."""
    return {"payout_methods": payout_methods(person), "payout_account": standing_of_account(person)}


def _page() -> Page[PayoutRow]:
    return page_of(_rows, lambda row: row.place, first=SHOWN_AT_ONCE)


def _rows(stretch: Stretch, limit: int) -> list[PayoutRow]:
    found = payouts_of(me(), limit, stretch)
    papers = withdrawal_receipts_about(me(), [payout.id for payout in found])
    return [payout_row(payout, papers.get(payout.id, ())) for payout in found]


def payout_row(payout: Payout, documents: tuple[Document, ...]) -> PayoutRow:
    """One withdrawal in words, and in writing once it arrived."""
    status, tone, note = _standing(payout)
    place = Place(payout.wanted_at, payout.id)
    return PayoutRow(payout.id, place, when(payout.wanted_at), str(payout.amount), payout.label, status, tone, note, documents)


def _standing(payout: Payout) -> tuple[str, str, str]:
    """Status, tone and the sentence beside it."""
    if payout.state is PayoutState.PAID:
        return "Paid", "released", f"Arrived {when_inside(payout.done_at)}" if payout.done_at else ""
    if payout.state is PayoutState.RETURNED:
        return "Came back", "missed", f"{reason_of(payout)} It is available again."
    if payout.due_at <= now():
        return "On its way", "held", "Later than promised. Nothing is lost: we keep asking the bank, and somebody looks into it."
    return "On its way", "requested", f"Due by {when_inside(payout.due_at)}"


def _withdrawn(form: WithdrawForm) -> str:
    payout = withdraw(me(), form.withdrawal())
    return f"Processed in 24 hrs. {payout.amount} is due by {_clock(payout.due_at)}."


def _kept(form: WithdrawForm) -> str:
    method = add_payout_method(me(), form.method.data, form.details, form.password.data or "")
    if method.usable_from <= now():
        return f"{method.label} is saved already: choose it and confirm."
    return f"{method.label} is saved. You can withdraw to it from {_clock(method.usable_from)}."


def _dialog(form: WithdrawForm | None = None) -> str:
    available, account = ledger.balance(ledger.available_to(me().id), settings().currency), standing_of_account(me())
    obstacle = "" if form else _obstacle(available, account)
    return render_template(
        "mentor/_withdraw.html",
        form=form or WithdrawForm.fresh(me(), available),
        available=available,
        obstacle=obstacle,
        payout_account=account,
        currency_sign=SYMBOLS.get(settings().currency, settings().currency),
        due_text=_clock(now() + PROCESSED_WITHIN),
        hold_text=_clock(now() + HOLD),
        is_rehearsal=settings().is_rehearsal,
    )


def _obstacle(available: Money, account: AccountStanding | None) -> str:
    """Why nothing can be withdrawn yet; empty when it can."""
    if not me().is_verified:
        return "verify"
    if account is not None and not any(method.stopped_at is None for method in payout_methods(me())):
        return "account"
    return "nothing" if available.amount_minor <= 0 else ""


def _clock(moment: Any) -> str:
    """`tomorrow 14:30 CET`: a moment on the mentor's own clock, zone named."""
    return f"{when_inside(moment)} {zone_name(moment, me().timezone)}"
