"""Approve or Decline, as at a bank. It belongs to the provider: it changes the provider's books and nothing of ours."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from app.config import settings
from app.kernel.errors import Conflict, NotFound
from app.payments.providers.base import Result
from app.payments.providers.rehearsal import RehearsalProvider

rehearsal = Blueprint("rehearsal", __name__, url_prefix="/rehearsal")


@rehearsal.before_request
def only_while_rehearsing() -> None:
    """With a real provider there is nothing here."""
    if not settings().is_rehearsal:
        raise NotFound


@rehearsal.get("/approve/<provider_id>")
def approval(provider_id: str) -> str:
    """The screen. Its address is as good as the payer's phone: nobody can guess it."""
    return render_template("rehearsal/approve.html", provider_id=provider_id, payment=_found(provider_id))


@rehearsal.post("/approve/<provider_id>")
def approve(provider_id: str) -> ResponseReturnValue:
    """Yes."""
    return _answer(provider_id, is_approved=True)


@rehearsal.post("/decline/<provider_id>")
def decline(provider_id: str) -> ResponseReturnValue:
    """No."""
    return _answer(provider_id, is_approved=False)


def _answer(provider_id: str, *, is_approved: bool) -> ResponseReturnValue:
    _found(provider_id)
    return_url = RehearsalProvider().approve(provider_id, is_approved=is_approved)
    if return_url is None:
        raise Conflict("This was answered already, or it took too long. Nothing more happens here; go back to PeerLearn.")
    return redirect(return_url, 303)


def _found(provider_id: str) -> Result:
    payment = RehearsalProvider().to_approve(provider_id)
    if payment is None or payment.amount is None:
        raise NotFound("There is no such payment.")
    return payment
