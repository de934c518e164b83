"""Use cases of what a mentor takes off: make and stop a coupon, set what the first session costs less. The mentor pays for it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kernel.money import Money, parse_money, why_no_amount
from app.kernel.transaction import transaction
from app.lessons.discount_models import Coupon, Trial

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L, which look like each other."""
LENGTH = 8
MOST_LIVE = 50
"""Coupons of one mentor that work at the same time."""
MOST_USES, LONGEST_DAYS = 1_000, 365
TRIALS = (0, 25, 50, 75, 100)
"""Percent off the first session, as offered in the form."""


@dataclass(frozen=True, slots=True)
class CouponDraft:
    """What a mentor typed: a percentage or an amount off, for how many days, how often in all and per learner."""

    kind: str
    value: str
    days: int = 30
    most_uses: int = 20
    most_each: int = 1


def make_coupon(mentor: User, draft: CouponDraft) -> Coupon:
    """Make a code of one's own. Raises Invalid with the fields to mend, NotAllowed for somebody who does not teach."""
    if not mentor.is_mentor:
        raise NotAllowed("Turn on teaching in your settings first.")
    percent, amount = _checked(draft)
    try:
        with transaction():
            live = select(Coupon.id).where(Coupon.mentor_id == mentor.id, Coupon.stopped_at.is_(None), Coupon.valid_until > now())
            if len(db.session.scalars(live).all()) >= MOST_LIVE:
                raise Conflict(f"You have {MOST_LIVE} codes that work. Stop one first.", code="too_many_coupons")
            coupon = Coupon(
                mentor_id=mentor.id,
                code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
                percent=percent,
                amount_minor=amount.amount_minor if amount else None,
                currency=settings().currency,
                valid_from=now(),
                valid_until=now() + timedelta(days=draft.days),
                most_uses=draft.most_uses,
                most_each=draft.most_each,
                created_at=now(),
            )
            db.session.add(coupon)
            db.session.flush()
            record(mentor.id, AuditTag.COUPON_MADE, coupon)
    except IntegrityError as error:  # one chance in a trillion: the same code twice
        raise Conflict("Please try once more.") from error
    return coupon


def stop_coupon(mentor: User, coupon_id: int) -> Coupon:
    """From now on nobody can use it; what was booked with it stays as it is. NotFound unless it is theirs."""
    with transaction():
        coupon = db.session.get(Coupon, coupon_id) if 0 < coupon_id < 2**31 else None
        if coupon is None or coupon.mentor_id != mentor.id:
            raise NotFound("We could not find this code.")
        coupon.stopped_at = coupon.stopped_at or now()
        record(mentor.id, AuditTag.COUPON_STOPPED, coupon)
    return coupon


def set_trial(mentor: User, percent: int) -> None:
    """What is taken off the first session somebody has with them; 0 for nothing. Raises Invalid for anything not offered."""
    if percent not in TRIALS:
        raise Invalid(fields={"percent": "Choose one from the list."})
    if not mentor.is_mentor:
        raise NotAllowed("Turn on teaching in your settings first.")
    with transaction():
        known = trial_of(mentor.id)
        if known is not None and percent == 0:
            db.session.delete(known)
        elif known is not None:
            known.percent, known.changed_at = percent, now()
        elif percent:
            db.session.add(Trial(mentor_id=mentor.id, percent=percent, changed_at=now()))
        record(mentor.id, AuditTag.TRIAL_SET, mentor, percent=percent)


def trial_of(mentor_id: int) -> Trial | None:
    """What a mentor takes off a first session, if anything."""
    return db.session.scalar(select(Trial).where(Trial.mentor_id == mentor_id))


def trials_of(mentor_ids: Iterable[int]) -> dict[int, int]:
    """The same for many, in percent by mentor; one query."""
    rows = db.session.execute(select(Trial.mentor_id, Trial.percent).where(Trial.mentor_id.in_(set(mentor_ids))))
    return {mentor_id: percent for mentor_id, percent in rows}  # noqa: C416 (dict() of rows has no type)


def coupons_of(mentor: User, limit: int = 100) -> Sequence[Coupon]:
    """A mentor's codes, the newest first."""
    return db.session.scalars(select(Coupon).where(Coupon.mentor_id == mentor.id).order_by(Coupon.id.desc()).limit(limit)).all()


def find_coupon(mentor_id: int, typed: str, *, lock: bool = False) -> Coupon | None:
    """A mentor's code as somebody typed it: capitals, spaces and dashes do not matter. Locked until the commit if asked for."""
    code = "".join(character for character in typed.upper() if character not in " -")[:20]
    query = select(Coupon).where(Coupon.mentor_id == mentor_id, Coupon.code == code).execution_options(populate_existing=True)
    return db.session.scalar(query.with_for_update() if lock else query)


def _checked(draft: CouponDraft) -> tuple[int | None, Money | None]:
    faults: dict[str, str] = {}
    percent, amount, typed = None, None, draft.value.strip()
    if draft.kind == "percent":
        percent = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
        if not 1 <= percent <= 100:
            faults["value"] = "Write a whole number of percent, 1 to 100."
    elif draft.kind == "amount":
        try:
            amount = parse_money(typed, settings().currency)
        except ValueError:
            faults["value"] = why_no_amount(typed, settings().currency) or "Say how much the code takes off."
        if amount is not None and amount.is_zero:
            faults["value"] = "Write an amount above zero."
    else:
        faults["kind"] = "Choose one from the list."
    counts = {
        "days": (draft.days, LONGEST_DAYS),
        "most_uses": (draft.most_uses, MOST_USES),
        "most_each": (draft.most_each, MOST_USES),
    }
    for name, (value, most) in counts.items():
        if not 1 <= value <= most:
            faults[name] = f"Write a whole number, 1 to {most:,}."
    if faults:
        raise Invalid(fields=faults)
    return percent, amount
