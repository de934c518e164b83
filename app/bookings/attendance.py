"""Presence in the room: entered, seen every five seconds, gone. The only writer of these rows; live calls it.

Nobody is thrown out by a broken connection: an interval lives on for GRACE after its last heartbeat and goes on when the same tab
comes back in time. After that it is closed where the evidence ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import bindparam, literal, select, union_all

from app.bookings import witnesses
from app.bookings.attendance_models import GRACE, Closing, JoinAttempt, Link, PresenceInterval, Span
from app.bookings.removal_models import RoomRemoval, is_out
from app.bookings.spans import common, merged, seconds
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from app.lessons.models import Lesson

RETURN_PATIENCE = timedelta(seconds=60)
"""Somebody whose connection broke is expected back for this long: until then nobody is told that they left, nor judged absent."""
ATTEMPT_STAYS_OPEN = timedelta(hours=6)


class AlreadyHere(Conflict):
    """The person is in the room in another tab that is still alive."""

    code = "elsewhere"
    message = "You are in this session in another tab. Join here instead?"


class PutOut(Conflict):
    """The mentor has asked this person to leave, and has not let them back."""

    code = "removed"
    message = "Your mentor has asked you to leave this session."


class Missed(Conflict):
    """It was decided that this person did not come; their session goes on without them."""

    code = "missed"
    message = "This session goes on without you."


def enter(lesson_id: int, user_id: int, *, tab: str, connection: str, take: bool = False) -> tuple[PresenceInterval, str | None]:
    """Take one's seat; returns the interval and the connection it was taken from, if any.

    The same tab goes on where it was. Another tab must say `take`, unless the first one's connection is broken: AlreadyHere.
    PutOut for whoever the mentor has asked to leave.
    """
    with transaction():
        one_at_a_time(lesson_id)
        if db.session.scalar(select(is_out(lesson_id, user_id))):
            raise PutOut
        rows = intervals(lesson_id)
        _close_stale(rows)
        witnesses.note_silence(lesson_id, rows)
        mine = next((row for row in rows if row.user_id == user_id and row.left_at is None), None)
        if mine is not None and mine.tab == tab:
            mine.connection, mine.last_seen_at, mine.detached_at = connection, now(), None
            return mine, None
        if mine is not None and not take and mine.detached_at is None:
            raise AlreadyHere
        if mine is not None:
            mine.close(now(), Closing.MOVED)
        _note_entry(lesson_id, user_id)
        return _begin(lesson_id, user_id, tab, connection), mine.connection if mine else None


def beat(lesson_id: int, user_id: int, connection: str, link: Link | None = None) -> bool:
    """Still here, and how the link was since the last time. False when this connection holds no seat (any more): then the browser
    has to enter again.
    """
    with transaction():
        mine = _open_of(lesson_id, user_id)
        if mine is None or mine.connection != connection or mine.alive_until < now():
            return False
        mine.last_seen_at, mine.detached_at = now(), None
        if link is not None:
            mine.count(link)
        return True


def detach(lesson_id: int, user_id: int, connection: str) -> None:
    """The connection broke; the seat is kept for GRACE. A connection that was replaced already changes nothing."""
    with transaction():
        mine = _open_of(lesson_id, user_id)
        if mine is not None and mine.connection == connection:
            mine.detached_at = now()


def leave(lesson_id: int, user_id: int, connection: str | None = None, *, closing: Closing = Closing.LEFT) -> bool:
    """Go on purpose, or because one has to; True when they had been there. With a connection: only if that one holds the seat."""
    with transaction():
        mine = _open_of(lesson_id, user_id)
        if mine is None or (connection is not None and mine.connection != connection):
            return False
        mine.close(now(), closing)
        return True


def close_all(lesson_id: int) -> None:
    """The session is over: nobody is in it any more."""
    with transaction():
        for interval in _open_ones(lesson_id):
            interval.close(now(), Closing.ENDED)


def close_stale(lesson_id: int | None = None) -> list[tuple[int, int]]:
    """Close what has had no heartbeat for GRACE, where the evidence ends; returns (lesson id, user id) of each."""
    with transaction():
        return [(interval.lesson_id, interval.user_id) for interval in _close_stale(_open_ones(lesson_id))]


def note_attempt(lesson_id: int, user_id: int) -> None:
    """Somebody with a seat opened the room's page."""
    with transaction():
        db.session.add(JoinAttempt(lesson_id=lesson_id, user_id=user_id, at=now(), entered_at=None))


def intervals(lesson_id: int) -> Sequence[PresenceInterval]:
    """All of a lesson's intervals, oldest first."""
    return db.session.scalars(_INTERVALS, {"lesson_id": lesson_id}).all()


_INTERVALS = (
    select(PresenceInterval)
    .where(PresenceInterval.lesson_id == bindparam("lesson_id"))
    .order_by(PresenceInterval.joined_at, PresenceInterval.id)
)
"""Built once, as all that is asked at every step in a room: building takes about as long as asking."""


def present(lesson_id: int) -> set[int]:
    """The ids of those who are there now."""
    return {interval.user_id for interval in _open_ones(lesson_id) if interval.alive_until >= now()}


@dataclass(frozen=True, slots=True)
class Company:
    """Who is in a room now, and whom its mentor has put out of it."""

    here: set[int] = field(default_factory=set)
    out: set[int] = field(default_factory=set)


def who_is_here(lesson_ids: Iterable[int]) -> dict[int, Company]:
    """The ids of those who are in the rooms of these lessons now, or out of them, by lesson: one query for any number of rooms."""
    found: dict[int, Company] = {}
    for lesson_id, user_id, is_here in db.session.execute(_HERE, {"lesson_ids": list(lesson_ids), "since": now() - GRACE}):
        company = found.setdefault(lesson_id, Company())
        (company.here if is_here else company.out).add(user_id)
    return found


_HERE = union_all(
    select(PresenceInterval.lesson_id, PresenceInterval.user_id, literal(True)).where(
        PresenceInterval.lesson_id.in_(bindparam("lesson_ids", expanding=True)),
        PresenceInterval.left_at.is_(None),
        PresenceInterval.last_seen_at >= bindparam("since"),
    ),
    select(RoomRemoval.lesson_id, RoomRemoval.user_id, literal(False)).where(
        RoomRemoval.lesson_id.in_(bindparam("lesson_ids", expanding=True)), RoomRemoval.lifted_at.is_(None)
    ),
)


def attempts(lesson_id: int) -> Sequence[JoinAttempt]:
    """Everybody's ways to a lesson's door, oldest first."""
    query = select(JoinAttempt).where(JoinAttempt.lesson_id == lesson_id)
    return db.session.scalars(query.order_by(JoinAttempt.at, JoinAttempt.id)).all()


def vanished_of(rows: Iterable[PresenceInterval], within: timedelta, gaps: Iterable[Span] = ()) -> set[int]:
    """Those, among rows oldest first, whose connection was lost a short while ago and who may be on their way back.

    Of those lost in a gap of the server's (witnesses.py) that is asked from its end on: until then there was no way back.
    """
    latest, silent = {interval.user_id: interval for interval in rows}, list(gaps)
    return {
        user_id
        for user_id, interval in latest.items()
        if interval.closing in (None, Closing.VANISHED) and interval.alive_until < now() <= _lost_at(interval, silent) + within
    }


def _lost_at(interval: PresenceInterval, gaps: Iterable[Span]) -> datetime:
    ends = (gap.end for gap in gaps if interval.last_seen_at <= gap.start <= interval.alive_until)
    return max(ends, default=interval.alive_until)


def both_present_seconds(lesson_id: int, mentor_id: int, *learner_ids: int) -> int:
    """Whole seconds up to now in which the mentor and any of these learners were in the room together."""
    by_person = spans(lesson_id, now())
    learners = chain.from_iterable(by_person.get(learner_id, []) for learner_id in learner_ids)
    credited = witnesses.credits(witnesses.witnessed(lesson_id), mentor_id, learner_ids)
    return int(seconds(merged([*common(by_person.get(mentor_id, []), learners), *credited])))


def spans(lesson_id: int, at: datetime) -> dict[int, list[Span]]:
    """When each person was there, as far as is known at a moment."""
    return spans_of(intervals(lesson_id), at)


def spans_of(rows: Iterable[PresenceInterval], at: datetime) -> dict[int, list[Span]]:
    """The same from rows that were read already."""
    by_person: dict[int, list[Span]] = {}
    for interval in rows:
        by_person.setdefault(interval.user_id, []).append(interval.span(at))
    return by_person


def one_at_a_time(lesson_id: int) -> None:
    """Who enters, and a mentor who removes somebody, must see each other (PostgreSQL; SQLite writes one at a time anyway)."""
    db.session.execute(select(Lesson.id).where(Lesson.id == lesson_id).with_for_update(key_share=True))


def _begin(lesson_id: int, user_id: int, tab: str, connection: str) -> PresenceInterval:
    interval = PresenceInterval(
        lesson_id=lesson_id,
        user_id=user_id,
        tab=tab,
        connection=connection,
        joined_at=now(),
        last_seen_at=now(),
    )
    db.session.add(interval)
    db.session.flush()
    return interval


def _close_stale(rows: Iterable[PresenceInterval]) -> list[PresenceInterval]:
    stale = [row for row in rows if row.left_at is None and row.alive_until < now()]
    for row in stale:
        row.close(now(), Closing.VANISHED)
    return stale


def _note_entry(lesson_id: int, user_id: int) -> None:
    query = select(JoinAttempt).where(
        JoinAttempt.lesson_id == lesson_id, JoinAttempt.user_id == user_id, JoinAttempt.entered_at.is_(None)
    )
    for attempt in db.session.scalars(query.where(JoinAttempt.at > now() - ATTEMPT_STAYS_OPEN)):
        attempt.entered_at = now()


def _open_of(lesson_id: int, user_id: int) -> PresenceInterval | None:
    return next((interval for interval in _open_ones(lesson_id) if interval.user_id == user_id), None)


def _open_ones(lesson_id: int | None) -> Sequence[PresenceInterval]:
    query = select(PresenceInterval).where(PresenceInterval.left_at.is_(None)).order_by(PresenceInterval.id)
    if lesson_id is not None:
        query = query.where(PresenceInterval.lesson_id == lesson_id)
    return db.session.scalars(query).all()
