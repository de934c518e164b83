"""Use cases of offers: what mentors teach by appointment, its free slots, and the session a booked slot becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.lessons import availability, calendar
from app.lessons.appointment_offer_models import Offer, OfferState, OfferTopic
from app.lessons.events import AvailabilityChanged
from app.lessons.explaining_slots import sentence
from app.lessons.models import CancelPolicy, Lesson, LessonTopic
from app.lessons.plan import Plan
from app.lessons.service import DURATIONS, clean_topics, highest_price, search_text_of, topics_named
from app.lessons.slots import Busy, Rule, slots, why_not

MOST_OFFERS = 20


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """What a mentor typed."""

    title: str
    description: str
    topics: tuple[str, ...]
    duration_minutes: int
    price: Money
    is_instant: bool = False
    cancel_policy: CancelPolicy = CancelPolicy.FLEXIBLE


class NotOffered(Conflict):
    """A slot that a rule keeps from being booked; `rule` says which."""

    code = "slot_not_offered"

    def __init__(self, message: str, rule: Rule) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Calendar:
    """What slots are made from: read once, asked as often as wanted. `own` is what the looking learner has on."""

    plan: Plan
    busy: Sequence[Busy]
    own: Sequence[Busy] = ()

    def slots(self, minutes: int, since: datetime | None = None, until: datetime | None = None) -> list[datetime]:
        """Starts that can be booked now by whoever looks."""
        found = slots(self.plan, self.busy, now(), minutes, since, until)
        return [start for start in found if not self._clashes(start, minutes)] if self.own else found

    def why_not(self, minutes: int, start: datetime) -> Rule | None:
        """The mentor's rule that excludes a start."""
        return why_not(self.plan, self.busy, now(), minutes, start)

    def _clashes(self, start: datetime, minutes: int) -> bool:
        end = start + timedelta(minutes=minutes)
        return any(one.starts_at < end and one.ends_at > start for one in self.own)


def create_offer(mentor: User, draft: OfferDraft) -> Offer:
    """Offer something by appointment. Raises NotAllowed for somebody who does not teach, Invalid with the fields to mend."""
    if not mentor.is_mentor:
        raise NotAllowed("Turn on teaching in your settings first.")
    _require_sound(draft)
    with transaction() as tx:
        if len(offers_of(mentor.id)) >= MOST_OFFERS:
            raise Conflict(f"You have {MOST_OFFERS} offers already. Change one of them.", code="too_many_offers")
        offer = Offer(mentor=mentor, state=OfferState.OPEN, created_at=now())
        _write(offer, draft)
        db.session.add(offer)
        db.session.flush()
        record(mentor.id, AuditTag.OFFER_CREATED, offer)
        tx.publish(AvailabilityChanged(mentor.id))
    return offer


def change_offer(mentor: User, offer_id: int, draft: OfferDraft) -> Offer:
    """Change it for whoever books from now on; booked sessions stay as agreed. Raises NotFound unless theirs, Invalid."""
    _require_sound(draft)
    with transaction() as tx:
        offer = own_offer(mentor, offer_id)
        offer.offer_topics.clear()
        db.session.flush()
        _write(offer, draft)
        record(mentor.id, AuditTag.OFFER_CHANGED, offer)
        tx.publish(AvailabilityChanged(mentor.id))
    return offer


def pause_offer(mentor: User, offer_id: int, *, paused: bool) -> Offer:
    """Take it off the shelf, or put it back; what is booked stays booked. Raises NotFound unless theirs."""
    with transaction() as tx:
        offer = own_offer(mentor, offer_id)
        offer.state = OfferState.PAUSED if paused else OfferState.OPEN
        record(mentor.id, AuditTag.OFFER_CHANGED, offer)
        tx.publish(AvailabilityChanged(mentor.id))
    return offer


def offer_by_id(offer_id: int) -> Offer:
    """An offer whose mentor still teaches; NotFound otherwise."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or offer.mentor.disabled_at is not None or not offer.mentor.is_mentor:
        raise NotFound("We could not find this offer.")
    return offer


def own_offer(mentor: User, offer_id: int) -> Offer:
    """A mentor's own offer; NotFound for anybody else's."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or offer.mentor_id != mentor.id:
        raise NotFound("We could not find this offer.")
    return offer


def offers_of(mentor_id: int, *, only_open: bool = False) -> Sequence[Offer]:
    """A mentor's offers, the oldest first."""
    query = select(Offer).where(Offer.mentor_id == mentor_id)
    if only_open:
        query = query.where(Offer.state == OfferState.OPEN)
    return db.session.scalars(query.order_by(Offer.id)).all()


def calendar_of(mentor_id: int, viewer: User | None = None) -> Calendar | None:
    """What a mentor's slots are made from, for one viewer; None when the mentor never set hours. Three or four queries."""
    plan = availability.plan_of(mentor_id)
    if plan is None:
        return None
    until = now() + timedelta(days=plan.horizon)
    busy = availability.busy_of(mentor_id, now(), until)
    own = availability.busy_of(viewer.id, now(), until) if viewer is not None and viewer.id != mentor_id else ()
    return Calendar(plan, busy, own)


def lesson_at(offer_id: int, starts_at: datetime) -> Lesson:
    """The session that a slot becomes when it is booked; joins the caller's transaction, which books it.

    The mentor's availability is locked meanwhile, so buffers and limits hold in a race as well as the calendar does.
    Raises NotFound, NotOffered with the rule that speaks against it, CalendarClash when the database knows better.
    """
    offer = offer_by_id(offer_id)
    plan = availability.plan_of(offer.mentor_id, lock=True)
    db.session.refresh(offer)
    first = offer.mentor.name.split()[0]
    if plan is None or offer.state is not OfferState.OPEN:
        raise Conflict(f"{first} does not offer this any more. Nothing was taken.", code="offer_paused")
    rule = why_not(plan, availability.busy_of(offer.mentor_id, starts_at, starts_at), now(), offer.duration_minutes, starts_at)
    if rule is not None:
        raise NotOffered(sentence(rule, plan, first, starts_at), rule)
    lesson = _lesson_from(offer, starts_at, plan.zone_on(plan.day_of(starts_at)))
    db.session.add(lesson)
    db.session.flush()
    calendar.keep_free(offer.mentor_id, lesson)
    return lesson


def _lesson_from(offer: Offer, starts_at: datetime, zone: str) -> Lesson:
    return Lesson(
        mentor=offer.mentor,
        title=offer.title,
        description=offer.description,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=offer.duration_minutes),
        timezone=zone,
        duration_minutes=offer.duration_minutes,
        price_minor=offer.price_minor,
        currency=offer.currency,
        capacity=1,
        is_listed=False,
        is_instant=offer.is_instant,
        cancel_policy=offer.cancel_policy,
        offer_id=offer.id,
        search_text=search_text_of(offer.title),
        created_at=now(),
        lesson_topics=[LessonTopic(topic=topic) for topic in offer.topics],
    )


def _write(offer: Offer, draft: OfferDraft) -> None:
    offer.title, offer.description = draft.title, draft.description
    offer.duration_minutes = draft.duration_minutes
    offer.price_minor, offer.currency = draft.price.amount_minor, draft.price.currency
    offer.is_instant, offer.cancel_policy = draft.is_instant, draft.cancel_policy
    offer.offer_topics = [OfferTopic(topic=topic) for topic in topics_named(draft.topics)]


def _require_sound(draft: OfferDraft) -> None:
    faults = {}
    if not clean_topics(draft.topics):
        faults["topics"] = "Please add topics"
    if draft.duration_minutes not in DURATIONS:
        faults["duration_minutes"] = "Choose a length from the list."
    if draft.price.currency != settings().currency or not 0 < draft.price.amount_minor <= highest_price().amount_minor:
        faults["price"] = f"Choose a price up to {highest_price()}."
    if faults:
        raise Invalid(fields=faults)
