"""View models: domain objects as small frozen dataclasses for one viewer, so that templates hold no logic and load nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from app.accounts.models import User
from app.bookings import policies, settlement, waiting
from app.bookings.cancelling import can_be_canceled
from app.bookings.explaining import explain
from app.bookings.meeting_again import may_meet_again
from app.bookings.models import Booking
from app.bookings.money_line import money_line
from app.bookings.pricing import first_prices
from app.bookings.settlement_models import Verdict
from app.bookings.states import WORDS, BookingState
from app.community.queries import NO_RATING, Rating
from app.kernel.clock import now
from app.kernel.money import Money
from app.lessons.models import Lesson
from app.payments.manual.instructions import is_awaited
from app.payments.models import PaymentState
from app.web.cancel_words import cancel_text
from app.web.facts import Facts, facts_about, is_joinable
from app.web.filters import price_words, relative, their_clock, viewer_zone, when, when_inside, zone_name
from app.web.free import free_line, free_status
from app.web.money import label_of
from app.web.proposal_cards import ProposalCard, proposal_card
from app.web.readiness import Readiness, readiness_of

FULLY_BOOKED = "Fully booked"


@dataclass(frozen=True, slots=True)
class PersonChip:
    """Somebody, small: face, name, stars. `url` is empty for whoever has no page of their own: only those who teach have one."""

    id: int
    name: str
    url: str
    photo_url: str | None
    initials: str
    tint: int
    rating: float | None
    review_count: int
    headline: str = ""


@dataclass(frozen=True, slots=True)
class LessonCard:
    """A session as a card, a pop-up or a page shows it."""

    id: int
    title: str
    description: str
    url: str
    details_url: str
    mentor: PersonChip
    starts_at: datetime
    when: str
    zone: str
    relative: str
    duration: str
    price: str
    topics: tuple[str, ...]
    art_url: str
    seats: str | None
    book_url: str | None
    state_note: str | None
    is_live: bool
    is_instant: bool = False
    first_price: str | None = None
    """What it costs this viewer, who has not met the mentor yet, where that is less."""


@dataclass(frozen=True, slots=True)
class Step:
    """A point on the drawn line of a booking: done, now or next."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class BookingCard:
    """A booking as one of its two people sees it; `other_time` is the other one's clock where it differs.

    `decides_at` is when whoever `missing_text` speaks of did not come, `outcome` what was decided in the end. `cancel_url` is None
    when this person cannot cancel it (any more); `cancel_text` is what that would mean.
    """

    id: int
    url: str
    card: LessonCard
    other: PersonChip
    status: str
    status_text: str
    price_text: str
    join_url: str | None
    opens_at: datetime
    opens_text: str
    decide_by_text: str | None
    timeline: tuple[Step, ...]
    retry_url: str | None
    other_time: str | None
    decides_at: datetime | None
    missing_text: str
    outcome: str
    cancel_url: str | None
    cancel_text: str
    note: str = ""
    pay_label: str = "Retry"
    proposal: ProposalCard | None = None
    check_url: str | None = None
    """Where this person checks their camera and sound, while that makes sense."""
    readiness: Readiness | None = None
    """How ready the other one is: once they have checked, and in any case once Join is open."""
    own_readiness: Readiness | None = None
    here: str = ""
    """The other one's first name while they are in the room and this person is not."""

    @property
    def here_text(self) -> str:
        """`Maya is here`, or nothing."""
        return here_words([self.here] if self.here else [])


MENTORS_RULE = "Everything goes back to the learner. Later than 24 hours before the start it counts against you."


def person_chip(user: User, rating: Rating = NO_RATING) -> PersonChip:
    """One person."""
    return PersonChip(
        id=user.id,
        name=user.name,
        url=url_for("visitor.mentor", mentor_id=user.id) if user.is_mentor else "",
        photo_url=url_for("visitor.media", key=user.photo) if user.photo else None,
        initials="".join(word[0] for word in user.name.split()[:2] if word).upper(),
        tint=user.id % 6,
        rating=round(rating.mean, 1) if rating.mean is not None else None,
        review_count=rating.count,
        headline=user.headline,
    )


def lesson_cards(lessons: Sequence[Lesson], viewer: User | None, facts: Facts | None = None) -> list[LessonCard]:
    """Cards of many lessons with a fixed number of queries, or with none when the facts have been read already."""
    facts = facts or facts_about(lessons)
    first = first_prices(viewer, lessons) if lessons else {}
    return [replace(_lesson_card(one, viewer, facts), first_price=_first_price(first.get(one.id))) for one in lessons]


def _first_price(price: Money | None) -> str | None:
    return None if price is None else price_words(price)


def booking_cards(found: Sequence[Booking], viewer: User, facts: Facts | None = None) -> list[BookingCard]:
    """Cards of many bookings, as their mentor or their learner sees them."""
    facts = facts or facts_about(found=found)
    lessons = {booking.lesson_id: booking.lesson for booking in found}
    cards = {lesson.id: _lesson_card(lesson, viewer, facts) for lesson in lessons.values()}
    return [_booking_card(booking, cards[booking.lesson_id], viewer, facts) for booking in found]


def _other(booking: Booking, viewer: User) -> User:
    return booking.learner if viewer.id == booking.lesson.mentor_id else booking.lesson.mentor


def _lesson_card(lesson: Lesson, viewer: User | None, facts: Facts) -> LessonCard:
    zone, taken = viewer_zone(), facts.taken.get(lesson.id, 0)
    note = _state_note(lesson, viewer, taken)
    return LessonCard(
        id=lesson.id,
        title=lesson.title,
        description=lesson.description,
        url=url_for("visitor.lesson", lesson_id=lesson.id, key=lesson.link_token),
        details_url=url_for("visitor.lesson_details", lesson_id=lesson.id, key=lesson.link_token),
        mentor=person_chip(lesson.mentor, facts.rating(lesson.mentor_id)),
        starts_at=lesson.starts_at,
        when=when(lesson.starts_at, zone),
        zone=zone_name(lesson.starts_at, zone),
        relative=relative(lesson.starts_at),
        duration=minutes_text(lesson.duration_minutes),
        price=price_words(lesson.price),
        topics=tuple(topic.name for topic in lesson.topics),
        art_url=_art(lesson),
        seats=f"{max(0, lesson.capacity - taken)} of {lesson.capacity} seats left" if lesson.capacity > 1 else None,
        book_url=url_for("learner.book", lesson_id=lesson.id, key=lesson.link_token) if note is None else None,
        state_note=note,
        is_live=facts.is_running(lesson.id),
        is_instant=lesson.is_instant,
    )


def _art(lesson: Lesson) -> str:
    if lesson.thumbnail:
        return url_for("visitor.media", key=lesson.thumbnail)
    first = lesson.topics[0].slug if lesson.topics else "session"
    return url_for("visitor.art", seed=f"{first}-{lesson.id}")


def _state_note(lesson: Lesson, viewer: User | None, taken: int) -> str | None:
    if lesson.state != "published":
        return "No longer offered"
    if lesson.ends_at <= now():
        return "Over"
    if lesson.starts_at <= now():
        return "Has begun"
    if viewer is not None and viewer.id == lesson.mentor_id:
        return "Your session"
    if taken >= lesson.capacity:
        return FULLY_BOOKED
    return None


def minutes_text(count: int) -> str:
    """`45 min`, `1 h`, `1 h 30 min`."""
    hours, minutes = divmod(count, 60)
    return f"{count} min" if count < 60 else f"{hours} h" + (f" {minutes} min" if minutes else "")


def _booking_card(booking: Booking, card: LessonCard, viewer: User, facts: Facts) -> BookingCard:
    other, room = _other(booking, viewer), facts.room(booking.lesson_id)
    lesson, missing = booking.lesson, waiting.missing_from(booking)
    joinable = is_joinable(booking)
    opens_at = policies.join_opens_at(lesson.starts_at)
    canceling = _canceling(booking, viewer)
    holds = booking.state is BookingState.HELD and booking.held_until > now()
    theirs, own = (facts.checks.get((lesson.id, person.id)) for person in (other, viewer))
    is_unanswered = booking.state is BookingState.REQUESTED and booking.accepted_at is None
    return BookingCard(
        id=booking.id,
        url=url_for("booking.page", booking_id=booking.id),
        card=card,
        other=person_chip(other, facts.rating(other.id)),
        status="disputed" if booking.is_disputed else booking.state.value,
        status_text=_status_text_for(booking, viewer),
        price_text=_price_text(booking, viewer),
        join_url=url_for("live.room", room_id=room) if joinable and room else None,
        opens_at=opens_at,
        opens_text=f"Opens {when_inside(opens_at)}",
        decide_by_text=f"Answer {relative(booking.decide_by)}" if is_unanswered and booking.decide_by else None,
        timeline=timeline(booking),
        retry_url=url_for("learner.retry", booking_id=booking.id) if holds and viewer.id == booking.learner_id else None,
        other_time=their_clock(lesson.starts_at, other.timezone),
        decides_at=settlement.decides_at(booking) if missing else None,
        missing_text=_missing_text(missing, booking, viewer, other) if missing else "",
        outcome=_outcome(booking, viewer, other),
        cancel_url=canceling[0],
        cancel_text=canceling[1],
        note=booking.note,
        pay_label="Book your seat" if booking.was_offered else "Retry",
        proposal=proposal_card(facts.proposals[booking.id], booking, viewer) if booking.id in facts.proposals else None,
        check_url=_check_url(booking, room),
        readiness=readiness_of(theirs, other.name) if joinable or theirs else None,
        own_readiness=readiness_of(own) if joinable or own else None,
        here=other.name.split()[0] if joinable and facts.is_waited_for(lesson.id, viewer.id, other.id) else "",
    )


def here_words(names: Sequence[str]) -> str:
    """`Maya is here`, `Lev and Ana are here`, `Lev, Ana and Bo are here`; nothing for nobody."""
    if len(names) < 2:
        return f"{names[0]} is here" if names else ""
    return f"{', '.join(names[:-1])} and {names[-1]} are here"


def _check_url(booking: Booking, room: str | None) -> str | None:
    is_ahead = booking.state is BookingState.CONFIRMED and now() < booking.lesson.ends_at
    return url_for("live.check", room_id=room) if is_ahead and room else None


def _missing_text(missing: Verdict, booking: Booking, viewer: User, other: User) -> str:
    name = other.name.split()[0]
    if missing is Verdict.BOTH_ABSENT:
        return "Nobody is here yet. It counts as missed in"
    if missing is Verdict.TECHNICAL:
        return "Somebody cannot get in. It counts as missed in"
    viewer_teaches = viewer.id == booking.lesson.mentor_id
    viewer_is_missing = viewer_teaches == (missing is Verdict.MENTOR_ABSENT)
    return f"{name} is {'waiting for you' if viewer_is_missing else 'not here yet'}. It counts as missed in"


def _outcome(booking: Booking, viewer: User, other: User) -> str:
    if booking.settlement is None:
        return ""
    return explain(booking.settlement, to_mentor=viewer.id == booking.lesson.mentor_id, other=other.name.split()[0])


def _canceling(booking: Booking, viewer: User) -> tuple[str | None, str]:
    """A mentor has Reject for what they have not accepted; holds are the learner's own business."""
    teaches = viewer.id == booking.lesson.mentor_id
    if not can_be_canceled(booking) or (teaches and booking.accepted_at is None):
        return None, ""
    url = url_for("booking.cancel", booking_id=booking.id)
    if teaches:
        return url, MENTORS_RULE
    if booking.payment is not None and booking.payment.is_gone:
        return url, "Your bank has this payment back already, so nothing more comes back."
    if booking.accepted_at is None:
        return url, "Until your request is accepted, all of it comes back."
    return url, cancel_text(booking.cancel_policy, booking.lesson.starts_at)


def _status_text_for(booking: Booking, viewer: User) -> str:
    unanswered = booking.state is BookingState.REQUESTED and booking.accepted_at is None
    return "Waiting for you" if unanswered and viewer.id == booking.lesson.mentor_id else status_text(booking)


def status_text(booking: Booking) -> str:
    """Where a booking stands, money included, in words."""
    if booking.is_free:
        return free_status(booking)
    state = booking.payment.state if booking.payment else None
    if booking.state is BookingState.HELD and state is PaymentState.CHECKING:
        return "Checking your payment"
    if booking.state is BookingState.REQUESTED and state is PaymentState.PROCESSING:
        return "Waiting for the transfer" if is_awaited(booking.payment) else "Payment on its way"
    if booking.state is BookingState.REQUESTED and booking.accepted_at is not None:
        return "Accepted, taking the payment"
    if booking.is_disputed:
        return "In dispute"
    if may_meet_again(booking):
        return "Choose another time"
    if booking.state is BookingState.MISSED and not booking.kept.is_zero:
        return "Did not happen"
    if booking.state is BookingState.CANCELED and booking.settlement is not None:
        return _canceled_text(booking, state)
    return WORDS[booking.state]


def _canceled_text(booking: Booking, state: PaymentState | None) -> str:
    if booking.kept.is_zero:
        return "Canceled, nothing taken" if state is PaymentState.CANCELED else "Canceled, refunded"
    return "Canceled, not refunded" if booking.kept == booking.price else "Canceled, half back"


def _price_text(booking: Booking, viewer: User) -> str:
    if booking.is_free:
        return "Free"
    if viewer.id != booking.lesson.mentor_id:
        return str(booking.price)
    fee = settlement.fee_of(booking)
    return f"{booking.kept - fee} for you" + ("" if fee.is_zero else " after fees")


def timeline(booking: Booking) -> tuple[Step, ...]:
    """The drawn line of a booking, small: held → accepted → taught → released, as far as it came."""
    if booking.is_free:
        return tuple(Step(label, state) for label, state in free_line(booking))
    return tuple(Step(label_of(mark, booking), mark.reach.value) for mark in money_line(booking))
