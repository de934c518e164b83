"""Transfers that did not come in time: the try is over, so that the seat is free again. What comes later goes back."""

from sqlalchemy import select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.payments import answers
from app.payments.manual.incoming import attempt_of
from app.payments.manual.models import ManualPayment, ManualState
from app.payments.providers.base import Result, Status


def late() -> list[int]:
    """Ids of transfers we have waited for long enough."""
    over = (ManualPayment.state == ManualState.WAITING, ManualPayment.expires_at <= now())
    return list(db.session.scalars(select(ManualPayment.id).where(*over)))


def give_up(asked_id: int) -> None:
    """Wait no longer for one, if it has not come meanwhile. The payment hears of it in the same transaction."""
    with transaction():
        asked = db.session.get_one(ManualPayment, asked_id, populate_existing=True, with_for_update=True)
        if asked.state is not ManualState.WAITING or asked.expires_at > now():
            return
        asked.state = ManualState.EXPIRED
        attempt = attempt_of(asked)
        answers.apply(attempt.payment_id, attempt.id, Result(Status.FAILED, asked.reference, "not_arrived"))
