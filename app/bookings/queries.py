"""Reading bookings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, String, bindparam, cast, exists, func, select
from sqlalchemy.orm import contains_eager, defaultload, joinedload, selectinload

from app.accounts.blocks import strangers_to
from app.accounts.models import User
from app.bookings import policies
from app.bookings.dispute_models import Dispute
from app.bookings.models import Booking
from app.bookings.settlement_models import Settlement
from app.bookings.states import LIVE, BookingState
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.paging import WHOLE, Stretch
from app.lessons.models import Lesson, LessonState, LessonTopic
from app.payments import covering
from app.payments.models import Payment

MEETING = (BookingState.CONFIRMED, BookingState.COMPLETED, BookingState.MISSED)
"""What a booking is (or was) when its people have chairs in the room: they may read what is left of it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's chair in a room: as "mentor", or as "learner" with the booking that pays for it. A learner is expected as long as
    that is confirmed: once it was decided that they did not come, what goes on goes on without them."""

    role: str
    booking_id: int | None
    is_expected: bool = True


@dataclass(frozen=True, slots=True)
class AheadOfMentor:
    """What waits for a mentor's answer, the most urgent first; what they rejected and may still undo; what they accepted and is
    not over, soonest first."""

    requests: tuple[Booking, ...]
    rejected: tuple[Booking, ...]
    accepted: tuple[Booking, ...]


def seat_in_room(user: User, lesson_id: int) -> Seat | None:
    """The chair somebody has in a lesson's room: its confirmed learners and, once there is one, its mentor; None otherwise."""
    chairs = _chairs(lesson_id)
    own = [Seat("learner", chair.booking_id, chair.is_expected) for chair in chairs if chair.learner_id == user.id]
    if own:
        return min(own, key=lambda seat: not seat.is_expected)
    return Seat("mentor", None) if any(chair.mentor_id == user.id for chair in chairs) else None


def was_canceled(user_id: int, lesson_id: int) -> bool:
    """Whether somebody, learner or mentor, had a booking of a lesson that was canceled."""
    canceled = select(Booking.id).where(Booking.lesson_id == lesson_id, Booking.state == BookingState.CANCELED)
    return db.session.scalar(canceled.where((Booking.learner_id == user_id) | (Booking.mentor_id == user_id)).limit(1)) is not None


def has_chair(user_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """The same as a condition, for queries that name a Lesson: one round trip where every millisecond counts."""
    meeting = exists().where(Booking.lesson_id == Lesson.id, Booking.state.in_(MEETING))
    return meeting.where(Booking.learner_id == user_id) | ((Lesson.mentor_id == user_id) & meeting)


def is_expected(user_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Whether that chair is one to sit on while the room is open: a learner's only as long as their booking is confirmed."""
    booked = exists().where(Booking.lesson_id == Lesson.id)
    confirmed = booked.where(Booking.state == BookingState.CONFIRMED, Booking.learner_id == user_id)
    return confirmed | ((Lesson.mentor_id == user_id) & booked.where(Booking.state.in_(MEETING)))


def people_of_room(lesson_id: int) -> list[User]:
    """Everybody with a chair in a lesson's room, the mentor first; nobody before the first booking is confirmed."""
    return people_of(meetings_of(lesson_id))


def people_of(bookings: Sequence[Booking]) -> list[User]:
    """The same from meetings of one lesson that were read already."""
    return [booking.lesson.mentor for booking in bookings[:1]] + [booking.learner for booking in bookings]


def expected_of(bookings: Sequence[Booking]) -> Sequence[Booking]:
    """Of meetings of one lesson those whose people are expected; all of them once everything is decided."""
    return [booking for booking in bookings if booking.state is BookingState.CONFIRMED] or bookings


def ids_of_room(lesson_id: int) -> set[int]:
    """The ids of the same people."""
    return {person_id for chair in _chairs(lesson_id) for person_id in (chair.learner_id, chair.mentor_id)}


def ids_expected(lesson_id: int) -> set[int]:
    """Of those the ones who may come in while the room is open: the mentor, and learners whose booking is confirmed."""
    chairs = _chairs(lesson_id)
    return {chair.mentor_id for chair in chairs} | {chair.learner_id for chair in chairs if chair.is_expected}


class _Chair(NamedTuple):
    booking_id: int
    learner_id: int
    mentor_id: int
    is_expected: bool


def _chairs(lesson_id: int) -> list[_Chair]:
    """First come first: asked for at every step in a room, so nothing else is read."""
    return [_Chair(*row) for row in db.session.execute(_CHAIRS, {"lesson_id": lesson_id})]


_CHAIRS = (
    select(Booking.id, Booking.learner_id, Lesson.mentor_id, Booking.state == BookingState.CONFIRMED)
    .join(Lesson, Lesson.id == Booking.lesson_id)
    .where(Booking.lesson_id == bindparam("lesson_id"), Booking.state.in_(MEETING))
    .order_by(Booking.id)
)


def meetings_of(lesson_id: int) -> Sequence[Booking]:
    """The bookings for which people meet (or met) in a lesson's room, first come first. Topics come when they are asked for."""
    query = select(Booking).where(Booking.lesson_id == lesson_id, Booking.state.in_(MEETING)).order_by(Booking.id)
    return db.session.scalars(query.options(defaultload(Booking.lesson).lazyload(Lesson.lesson_topics))).unique().all()


def by_id(booking_id: int) -> Booking:
    """A booking, for code that acts for nobody in particular; NotFound when there is none."""
    booking = db.session.get(Booking, booking_id)
    if booking is None:
        raise NotFound("We could not find this booking.")
    return booking


def locked(booking_id: int) -> Booking:
    """A booking, read afresh and locked until the commit; NotFound when there is none."""
    booking = db.session.get(Booking, booking_id, populate_existing=True, with_for_update={"of": Booking})
    if booking is None:
        raise NotFound("We could not find this booking.")
    return booking


def of_learner(learner: User, booking_id: int) -> Booking:
    """A learner's own booking; NotFound for anybody else's."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or booking.learner_id != learner.id:
        raise NotFound("We could not find this booking.")
    return booking


def of_mentor(mentor: User, booking_id: int) -> Booking:
    """A booking of a mentor's own lesson; NotFound for anybody else's."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or booking.lesson.mentor_id != mentor.id:
        raise NotFound("We could not find this booking.")
    return booking


def of_either(person: User, booking_id: int) -> Booking:
    """A booking for one of its two people; NotFound for anybody else."""
    booking = db.session.get(Booking, booking_id)
    if booking is None or person.id not in (booking.learner_id, booking.lesson.mentor_id):
        raise NotFound("We could not find this booking.")
    return booking


def claims_seat() -> ColumnElement[bool]:
    """Bookings that keep a seat: live ones, and those whose rejection can still be undone."""
    return Booking.state.in_(LIVE) | ((Booking.state == BookingState.DECLINED) & (Booking.undo_until > now()))


def live_of_learner_in(learner: User, lesson_id: int) -> Booking | None:
    """The claim a learner has on a lesson now."""
    query = select(Booking).where(Booking.lesson_id == lesson_id, Booking.learner_id == learner.id, Booking.state.in_(LIVE))
    return db.session.scalars(query).unique().first()


def ahead_of_mentor(mentor: User) -> AheadOfMentor:
    """What a mentor has to answer and what they have accepted, read at once: most of their pages show both.

    Topics come with the lessons that the caller has read before, or when asked for.
    """
    unanswered = (Booking.state == BookingState.REQUESTED) & Booking.accepted_at.is_(None)
    accepted = (Booking.state == BookingState.CONFIRMED) | (
        (Booking.state == BookingState.REQUESTED) & Booking.accepted_at.is_not(None)
    )
    rejected = (Booking.state == BookingState.DECLINED) & (Booking.undo_until > now())
    query = _of_mentor(mentor).where(unanswered | rejected | (accepted & _not_over())).order_by(Lesson.starts_at, Booking.id)
    later = contains_eager(Booking.lesson).lazyload(Lesson.lesson_topics)
    found = db.session.scalars(query.options(later)).unique().all()
    requests = [booking for booking in found if booking.state is BookingState.REQUESTED and booking.accepted_at is None]
    requests.sort(key=lambda booking: (booking.decide_by or booking.created_at, booking.id))
    undoable = tuple(booking for booking in found if booking.state is BookingState.DECLINED)
    return AheadOfMentor(tuple(requests), undoable, tuple(one for one in found if one not in requests and one not in undoable))


def past_for_mentor(mentor: User, limit: int = 50) -> Sequence[Booking]:
    """What was taught, missed, or canceled after it was accepted; latest first."""
    canceled = (Booking.state == BookingState.CANCELED) & Booking.accepted_at.is_not(None)
    query = _of_mentor(mentor).where(Booking.state.in_((BookingState.COMPLETED, BookingState.MISSED)) | canceled)
    return db.session.scalars(query.order_by(Lesson.starts_at.desc(), Booking.id).limit(limit)).unique().all()


def upcoming_for_learner(learner: User) -> Sequence[Booking]:
    """Live claims of lessons that are not over, soonest first."""
    query = _of_learner(learner).where(Booking.state.in_(LIVE), _not_over())
    return db.session.scalars(query.order_by(Lesson.starts_at, Booking.id)).unique().all()


def past_for_learner(learner: User, limit: int = 50) -> Sequence[Booking]:
    """Everything that is over for a learner, latest first; seats that were never paid for are left out."""
    over = (BookingState.COMPLETED, BookingState.MISSED, BookingState.DECLINED, BookingState.EXPIRED, BookingState.CANCELED)
    query = _of_learner(learner).where(Booking.state.in_(over))
    return db.session.scalars(query.order_by(Lesson.starts_at.desc(), Booking.id).limit(limit)).unique().all()


def paid_by(learner: User, limit: int = 100, stretch: Stretch = WHOLE) -> Sequence[Booking]:
    """Bookings with a payment somebody said yes to, latest first, for the payments table; with their tries and refunds."""
    query = (
        _of_learner(learner)
        .where(Booking.requested_at.is_not(None), Booking.payment_id.is_not(None))
        .where(stretch.holds(Booking.requested_at, Booking.id))
        .order_by(Booking.requested_at.desc(), Booking.id.desc())
        .options(joinedload(Booking.payment).options(selectinload(Payment.refunds), selectinload(Payment.attempts)))
    )
    return db.session.scalars(query.limit(limit)).unique().all()


def earned_by(mentor: User, limit: int = 100, *, show: str = "all", stretch: Stretch = WHOLE) -> Sequence[Booking]:
    """Bookings that bring or brought a mentor money, latest first; `show` is all, held, available, withdrawn or refunded."""
    states = (BookingState.REQUESTED, BookingState.CONFIRMED, BookingState.COMPLETED, BookingState.MISSED, BookingState.CANCELED)
    was_paid = (Booking.state.in_(states), Booking.accepted_at.is_not(None), Booking.payment_id.is_not(None))
    query = select(Booking.id).join(Booking.lesson).where(Lesson.mentor_id == mentor.id, *was_paid, *_SHOWN.get(show, ()))
    if show in ("available", "withdrawn"):
        is_gone = cast(Booking.id, String).in_(covering.withdrawn(mentor.id, "release"))
        query = query.where(is_gone if show == "withdrawn" else ~is_gone)
    latest_first = (Lesson.starts_at.desc(), Booking.id.desc())
    found = query.where(stretch.holds(Lesson.starts_at, Booking.id)).order_by(*latest_first).limit(limit)
    return db.session.scalars(_whole(found).order_by(*latest_first)).unique().all()


def _whole(found: Select[int]) -> Select[Booking]:
    """The bookings of a stretch with all that belongs to them. The stretch is found first, along an index: joined at once with
    everything else, a database may begin elsewhere and sort the whole history."""
    return _with_lesson().where(Booking.id.in_(found.correlate(None)))


_BACK = exists().where(Settlement.booking_id == Booking.id, Settlement.refund_minor > 0)
_BACK_BY_DISPUTE = exists().where(Dispute.booking_id == Booking.id, Dispute.decided_minor > 0)
_AHEAD = Booking.state.in_((BookingState.REQUESTED, BookingState.CONFIRMED))
_SHOWN: dict[str, tuple[ColumnElement[bool], ...]] = {
    "held": (Booking.released_at.is_(None), _AHEAD | Booking.release_at.is_not(None)),
    "available": (Booking.released_at.is_not(None),),
    "withdrawn": (Booking.released_at.is_not(None),),
    "refunded": (_BACK | _BACK_BY_DISPUTE,),
}
"""What each filter of the earnings table asks of a booking."""


_TAKEN_SEATS = (
    select(Booking.lesson_id, func.count())
    .where(Booking.lesson_id.in_(bindparam("lesson_ids", expanding=True)), Booking.state.in_(LIVE))
    .group_by(Booking.lesson_id)
)


def taken_seats(lesson_ids: Iterable[int]) -> dict[int, int]:
    """How many seats are claimed, by lesson."""
    rows = db.session.execute(_TAKEN_SEATS, {"lesson_ids": list(lesson_ids)}).all()
    return {lesson_id: count for lesson_id, count in rows}  # noqa: C416 (dict() of rows has no type)


def alternatives_to(lesson: Lesson, learner: User, limit: int = 3) -> Sequence[Lesson]:
    """Bookable lessons nearest in time: the same mentor's first, then others with a topic in common."""
    topic_ids = [topic.id for topic in lesson.topics]
    full = select(func.count()).where(Booking.lesson_id == Lesson.id, Booking.state.in_(LIVE)).correlate(Lesson).scalar_subquery()
    query = select(Lesson).where(
        Lesson.id != lesson.id,
        Lesson.state == LessonState.PUBLISHED,
        Lesson.is_listed.is_(True),
        Lesson.starts_at > now(),
        Lesson.mentor_id != learner.id,
        strangers_to(learner.id, Lesson.mentor_id),
        full < Lesson.capacity,
        (Lesson.mentor_id == lesson.mentor_id) | Lesson.lesson_topics.any(LessonTopic.topic_id.in_(topic_ids)),
    )
    candidates = db.session.scalars(query.order_by(Lesson.starts_at).limit(40)).all()
    return sorted(candidates, key=lambda c: (c.mentor_id != lesson.mentor_id, abs(c.starts_at - lesson.starts_at)))[:limit]


def _not_over() -> ColumnElement[bool]:
    """Whoever dropped out may come back until the hard stop, so the way in stays on the page until then."""
    return Lesson.ends_at > now() - policies.OVERRUN


def _of_mentor(mentor: User) -> Select[Booking]:
    return _with_lesson().where(Lesson.mentor_id == mentor.id)


def _of_learner(learner: User) -> Select[Booking]:
    return _with_lesson().where(Booking.learner_id == learner.id)


def _with_lesson() -> Select[Booking]:
    """Bookings with the lesson's row joined once: conditions, order and the loaded lesson share it."""
    return select(Booking).join(Booking.lesson).options(contains_eager(Booking.lesson))


def paying_learner(booking_id: int) -> int:
    """The id of who pays for a booking; NotFound when there is none."""
    return by_id(booking_id).learner_id
