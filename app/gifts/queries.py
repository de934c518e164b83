"""Reading gifts. A private one never tells its giver to the mentor, nor the booking that would."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.bookings.models import Booking
from app.config import settings
from app.extensions import db
from app.gifts.models import GIVEN, Gift, GiftState
from app.kernel.errors import NotFound
from app.kernel.money import Money
from app.kernel.paging import WHOLE, Stretch
from app.lessons.models import Lesson
from app.payments import ledger
from app.payments.models import Payment, PaymentState

SOMEBODY = "Somebody"
"""How a private giver is called."""


@dataclass(frozen=True, slots=True)
class Tip:
    """A gift as its mentor may see it. `booking_id` and `title` are None for a private one; `net` is after the fee."""

    id: int
    giver: str
    booking_id: int | None
    title: str | None
    amount: Money
    fee: Money
    net: Money
    note: str
    state: GiftState
    created_at: datetime
    available_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class TipTotals:
    """A mentor's gifts in sum, after fees: within their minute, final but not yet withdrawable, and all that became final."""

    arriving: Money
    waiting: Money
    in_all: Money


TIP_RANK = 1
"""Tells a gift's place from a booking's in a list of both."""


def tips_of(
    mentor: User, limit: int = 100, *, booking_id: int | None = None, only_private: bool = False, stretch: Stretch = WHOLE
) -> list[Tip]:
    """What a mentor was given, the newest first; one query. For one booking: what was openly given for it."""
    query = (
        select(Gift, User.name, Lesson.title)
        .join(User, User.id == Gift.giver_id)
        .join(Booking, Booking.id == Gift.booking_id)
        .join(Lesson, Lesson.id == Booking.lesson_id)
        .where(Gift.mentor_id == mentor.id, Gift.state.in_(GIVEN), stretch.holds(Gift.created_at, Gift.id, TIP_RANK))
        .order_by(Gift.created_at.desc(), Gift.id.desc())
    )
    if booking_id is not None:
        query = query.where(Gift.booking_id == booking_id, Gift.is_private.is_(False))
    if only_private:
        query = query.where(Gift.is_private.is_(True))
    return [_tip(gift, name, title) for gift, name, title in db.session.execute(query.limit(limit))]


def open_gifts(mentor: User, booking_ids: Iterable[int]) -> dict[int, list[Gift]]:
    """What was openly given to a mentor, by booking, oldest first; one query. Private gifts belong to no booking."""
    query = select(Gift).where(
        Gift.mentor_id == mentor.id, Gift.booking_id.in_(set(booking_ids)), Gift.state.in_(GIVEN), Gift.is_private.is_(False)
    )
    found: dict[int, list[Gift]] = {}
    for gift in db.session.scalars(query.order_by(Gift.id)):
        found.setdefault(gift.booking_id, []).append(gift)
    return found


def sum_of(gifts: Sequence[Gift]) -> Money | None:
    """What some gifts are together, after fees; None of none."""
    return sum((gift.net for gift in gifts[1:]), gifts[0].net) if gifts else None


def tip_totals(mentor: User) -> TipTotals:
    """The three sums; the ledger decides what waits."""
    currency = settings().currency
    nothing = Money(0, currency)
    rows = db.session.execute(
        select(Gift.state, Gift.amount_minor, Gift.fee_bps, func.count())
        .where(Gift.mentor_id == mentor.id, Gift.state.in_(GIVEN), Gift.currency == currency)
        .group_by(Gift.state, Gift.amount_minor, Gift.fee_bps)
    )
    sums = dict.fromkeys(GIVEN, nothing)
    for state, amount_minor, fee_bps, count in rows:
        net = amount_minor - amount_minor * fee_bps // 10_000
        sums[state] = sums[state] + Money(net * count, currency)
    return TipTotals(sums[GiftState.ARRIVING], waiting_tips(mentor), sums[GiftState.FINAL])


def waiting_tips(mentor: User) -> Money:
    """Final gifts a mentor may not withdraw yet."""
    return ledger.balance(ledger.tips_of(mentor.id), settings().currency)


def coming_tips(mentor: User) -> Money:
    """All that was given to a mentor and cannot be withdrawn yet, within its minute or its day, after fees; one query."""
    currency = settings().currency
    net = Gift.amount_minor - Gift.amount_minor * Gift.fee_bps // 10_000
    query = select(func.sum(net)).where(
        Gift.mentor_id == mentor.id, Gift.state.in_(GIVEN), Gift.released_at.is_(None), Gift.currency == currency
    )
    return Money(int(db.session.scalar(query) or 0), currency)


def given_for(giver: User, booking_ids: Iterable[int]) -> dict[int, list[Gift]]:
    """What somebody gave (or is giving), by booking, oldest first; one query."""
    shown = (*GIVEN, GiftState.UNDONE)
    query = select(Gift).where(Gift.giver_id == giver.id, Gift.booking_id.in_(set(booking_ids)), Gift.state.in_(shown))
    found: dict[int, list[Gift]] = {}
    for gift in db.session.scalars(query.order_by(Gift.id)):
        found.setdefault(gift.booking_id, []).append(gift)
    return found


def to_approve(giver: User, booking_id: int) -> Sequence[Gift]:
    """Gifts for a booking whose payment waits for the giver's own yes, oldest first."""
    query = select(Gift).join(Payment, Payment.id == Gift.payment_id)
    query = query.where(Gift.giver_id == giver.id, Gift.booking_id == booking_id)
    waits = (Gift.state == GiftState.STARTED, Payment.state == PaymentState.REQUIRES_ACTION)
    return db.session.scalars(query.where(*waits).order_by(Gift.id)).all()


def of_ticket(giver: User, booking_id: int, ticket: str) -> Gift | None:
    """The gift a dialog has made already, if it has."""
    query = select(Gift).where(Gift.giver_id == giver.id, Gift.booking_id == booking_id, Gift.key == key_of(giver, ticket))
    return db.session.scalar(query)


def key_of(giver: User, ticket: str) -> str:
    """What makes a gift the same gift: its giver and the dialog's ticket."""
    return f"{giver.id}-{ticket}"[:60]


def given_by(giver: User, gift_id: int) -> Gift:
    """Somebody's own gift; NotFound for anybody else's."""
    gift = db.session.get(Gift, gift_id) if 0 < gift_id < 2**31 else None
    if gift is None or gift.giver_id != giver.id:
        raise NotFound("We could not find this gift.")
    return gift


def by_id(gift_id: int) -> Gift:
    """A gift with its people and its session, for code that acts for nobody in particular."""
    whole = (joinedload(Gift.giver), joinedload(Gift.mentor), joinedload(Gift.booking))
    return db.session.get_one(Gift, gift_id, options=whole)


def locked(gift_id: int) -> Gift:
    """A gift, read afresh and locked until the commit; NotFound when there is none."""
    gift = db.session.get(Gift, gift_id, populate_existing=True, with_for_update={"of": Gift})
    if gift is None:
        raise NotFound("We could not find this gift.")
    return gift


def due(*conditions: object) -> Sequence[int]:
    """Ids of gifts that meet conditions, the oldest first, for the sweeps."""
    return db.session.scalars(select(Gift.id).where(*conditions).order_by(Gift.id)).all()  # type: ignore[arg-type]


def _tip(gift: Gift, name: str, title: str) -> Tip:
    return Tip(
        id=gift.id,
        giver=SOMEBODY if gift.is_private else name,
        booking_id=None if gift.is_private else gift.booking_id,
        title=None if gift.is_private else title,
        amount=gift.amount,
        fee=gift.fee,
        net=gift.net,
        note=gift.note,
        state=gift.state,
        created_at=gift.created_at,
        available_at=gift.available_at,
        released_at=gift.released_at,
    )
