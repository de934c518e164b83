"""Talk now: a mentor who sits at their dashboard can be rung for a short session at once.

"Here" is measured, not promised: the open dashboard beats every half minute, and whoever is not heard for a while is not here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed
from app.kernel.model import Model
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.lessons.events import TalkOffered, TalkStopped
from app.lessons.models import BusyTime
from app.lessons.service import highest_price

LENGTHS = (15, 30, 60)
"""Minutes a talk may last."""
HOURS = (1, 2, 4)
HEARD_WITHIN = timedelta(seconds=75)
"""A dashboard beats every 30 s; one lost beat is no absence."""
TIME_TO_COME = timedelta(minutes=3)
"""From the ring to the start: paying, 90 s of ringing, and the way into the room."""


LONGEST = TIME_TO_COME + timedelta(minutes=max(LENGTHS))
"""Whoever has something in the calendar before this is over cannot be rung."""


class TalkOffer(Model):
    """What a talk with a mentor costs, and when their dashboard was heard last. User.talks_until says until when it counts."""

    __tablename__ = "talk_offers"
    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price"),
        CheckConstraint("minutes BETWEEN 15 AND 60", name="minutes"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    mentor: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    minutes: Mapped[int]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    seen_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def price(self) -> Money:
        """What one talk costs."""
        return Money(self.price_minor, self.currency)


def offer_talk(mentor: User, minutes: int, price: Money, hours: int) -> TalkOffer:
    """Be here for whoever rings, for some hours.

    Raises NotAllowed for somebody who does not teach, Invalid with the fields to mend.
    """
    if not mentor.is_mentor:
        raise NotAllowed("Turn on teaching in your settings first.")
    faults = _faults(minutes, price, hours)
    if faults:
        raise Invalid(fields=faults)
    with transaction() as tx:
        offer = offer_of(mentor.id)
        if offer is None:
            offer = TalkOffer(mentor_id=mentor.id)
            db.session.add(offer)
        offer.minutes, offer.price_minor, offer.currency, offer.seen_at = minutes, price.amount_minor, price.currency, now()
        db.session.get_one(User, mentor.id).talks_until = now() + timedelta(hours=hours)
        db.session.flush()
        record(mentor.id, AuditTag.TALK_OFFERED, offer)
        tx.publish(TalkOffered(mentor.id))
    return offer


def stop_talk(mentor: User) -> None:
    """Not here any more; twice does no harm."""
    with transaction() as tx:
        db.session.get_one(User, mentor.id).talks_until = None
        tx.publish(TalkStopped(mentor.id))


def beat(mentor: User) -> None:
    """The mentor's dashboard is open in front of them."""
    with transaction() as tx:
        offer = offer_of(mentor.id)
        if offer is None:
            return
        was_away = offer.seen_at <= now() - HEARD_WITHIN
        offer.seen_at = now()
        if was_away and is_here(offer):
            tx.publish(TalkOffered(mentor.id))


def offer_of(mentor_id: int) -> TalkOffer | None:
    """What a mentor asks for a talk, whether they are here or not."""
    return db.session.scalar(select(TalkOffer).where(TalkOffer.mentor_id == mentor_id))


def is_here(offer: TalkOffer) -> bool:
    """Whether the mentor of an offer wants to be rung, was heard, and has nothing in the calendar meanwhile."""
    return db.session.scalar(_here().where(TalkOffer.id == offer.id)) is not None


def here(limit: int = 6, *, but: int | None = None) -> Sequence[TalkOffer]:
    """Who can be rung now, cheapest first; `but` is whoever asks."""
    query = _here().where(TalkOffer.mentor_id != (but or 0))
    return db.session.scalars(query.order_by(TalkOffer.price_minor, TalkOffer.id).limit(limit)).all()


def _here() -> Select[TalkOffer]:
    moment = now()
    wants = (User.talks_until > moment) & User.disabled_at.is_(None)
    soon = moment + LONGEST
    busy = exists().where(BusyTime.person_id == TalkOffer.mentor_id, BusyTime.starts_at < soon, BusyTime.ends_at > moment)
    query = select(TalkOffer).join(User, User.id == TalkOffer.mentor_id)
    return query.where(TalkOffer.seen_at > moment - HEARD_WITHIN, wants, ~busy)


def _faults(minutes: int, price: Money, hours: int) -> dict[str, str]:
    faults = {}
    if minutes not in LENGTHS:
        faults["minutes"] = "Choose a length from the list."
    if hours not in HOURS:
        faults["hours"] = "Choose how long from the list."
    if price.currency != settings().currency or not 0 < price.amount_minor <= highest_price().amount_minor:
        faults["price"] = f"Choose a price up to {highest_price()}."
    return faults
