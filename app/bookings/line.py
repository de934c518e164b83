"""Reading waiting lists: who stands in line for a seat, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from app.accounts.models import User
from app.bookings import policies
from app.bookings.line_models import IN_LINE, EntryState, WaitingEntry
from app.extensions import db
from app.kernel.clock import now
from app.lessons.models import Lesson


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in line: first is 1; `offered_until` when a seat is held for them, with the booking that holds it."""

    entry_id: int
    lesson: Lesson
    position: int
    offered_until: datetime | None
    booking_id: int | None


def count_before(learner_id: int, lesson: Lesson) -> int:
    """How many wait for a seat with a better right to it than this learner: all in line before them; nobody once it has closed."""
    if now() >= policies.line_closes_at(lesson.starts_at):
        return 0
    own = select(func.min(WaitingEntry.id)).where(
        WaitingEntry.lesson_id == lesson.id, WaitingEntry.learner_id == learner_id, WaitingEntry.state == EntryState.WAITING
    )
    place = db.session.scalar(own)
    query = _waiting(lesson.id).where(WaitingEntry.learner_id != learner_id)
    if place is not None:
        query = query.where(WaitingEntry.id < place)
    return db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def first_in(lesson_id: int) -> Sequence[WaitingEntry]:
    """Those who wait for a seat, first come first."""
    return db.session.scalars(_waiting(lesson_id).order_by(WaitingEntry.id)).unique().all()


def entry_of(learner: User, lesson_id: int) -> WaitingEntry | None:
    """Somebody's place in line for a lesson."""
    query = select(WaitingEntry).where(WaitingEntry.lesson_id == lesson_id, WaitingEntry.learner_id == learner.id)
    return db.session.scalars(query.where(WaitingEntry.state.in_(IN_LINE))).unique().first()


def standing_in(learner: User, lesson_id: int) -> Standing | None:
    """Where somebody stands in the line of a lesson; None when they do not."""
    return next((one for one in standings_of(learner) if one.lesson.id == lesson_id), None)


def standings_of(learner: User) -> list[Standing]:
    """All the lines somebody stands in, soonest session first, in one query."""
    other = WaitingEntry.__table__.alias("other")
    before = (
        select(func.count())
        .where(other.c.lesson_id == WaitingEntry.lesson_id, other.c.id < WaitingEntry.id, other.c.state.in_(IN_LINE))
        .correlate(WaitingEntry)
        .scalar_subquery()
    )
    query = select(WaitingEntry, before).join(WaitingEntry.lesson)
    query = query.where(WaitingEntry.learner_id == learner.id, WaitingEntry.state.in_(IN_LINE), Lesson.starts_at > now())
    rows = db.session.execute(query.order_by(Lesson.starts_at, WaitingEntry.id)).unique()
    return [_standing(entry, count + 1) for entry, count in rows]


def _standing(entry: WaitingEntry, position: int) -> Standing:
    is_offered = entry.state is EntryState.OFFERED and entry.offered_until is not None and entry.offered_until > now()
    return Standing(
        entry_id=entry.id,
        lesson=entry.lesson,
        position=position,
        offered_until=entry.offered_until if is_offered else None,
        booking_id=entry.booking_id if is_offered else None,
    )


def _waiting(lesson_id: int) -> Select[WaitingEntry]:
    return select(WaitingEntry).where(WaitingEntry.lesson_id == lesson_id, WaitingEntry.state == EntryState.WAITING)
