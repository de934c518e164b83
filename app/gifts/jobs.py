"""Sweeps of gifts: what the clock and the money bring about. Each looks again at every row it finds."""

from sqlalchemy import select

from app.extensions import db
from app.gifts import finishing, queries, receipting, service
from app.gifts.limits import UNPAID
from app.gifts.models import Gift, GiftState
from app.kernel.clock import now
from app.kernel.schedule import Periodic, for_each
from app.payments.models import SECURED, Payment, PaymentState


def finish_gifts() -> None:
    """Gifts whose minute is over become final."""
    for_each(queries.due(Gift.state == GiftState.ARRIVING, Gift.undo_until <= now()), finishing.make_final)


def release_tips() -> None:
    """Yesterday's gifts can be withdrawn."""
    due = (Gift.state == GiftState.FINAL, Gift.released_at.is_(None), Gift.available_at <= now())
    for_each(queries.due(*due), finishing.release_tip)


def give_up_unpaid() -> None:
    """Gifts nobody paid for in ten minutes are none."""
    for_each(queries.due(Gift.state == GiftState.STARTED, Gift.created_at <= now() - UNPAID), service.give_up)


def hear_money() -> None:
    """Find gifts whose payment moved on while nobody listened (a crash between the two commits)."""
    secured = Payment.state.in_(SECURED) & (Gift.state == GiftState.STARTED)
    arrived = (Payment.state != PaymentState.PROCESSING) & (Gift.state == GiftState.ARRIVING) & Gift.undo_until.is_(None)
    late = Payment.state.in_(SECURED) & (Gift.state == GiftState.FAILED)
    unheard = select(Gift.id).join(Payment, Payment.id == Gift.payment_id).where(secured | arrived | late)
    for_each(db.session.scalars(unheard.order_by(Gift.id)).all(), service.follow_money)


PERIODIC = (
    Periodic("gifts.finish", 5, finish_gifts),
    Periodic("gifts.hear_money", 15, hear_money),
    Periodic("gifts.give_up_unpaid", 30, give_up_unpaid),
    Periodic("gifts.release_tips", 60, release_tips),
    *receipting.PERIODIC,
)
