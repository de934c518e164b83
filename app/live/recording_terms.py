"""Whose browser was named to record, from when to when, and which pages have said that they cannot."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.bookings.attendance_models import PresenceInterval
from app.extensions import db
from app.kernel.clock import now
from app.live.recording_models import Recording, RecordingSegment, RecordingTerm

SLACK = timedelta(seconds=5)
"""A browser hears a little later that it is named, or is not any more; and its clock may have been set meanwhile."""

MOMENT = timedelta(milliseconds=1)
"""A beginning lies within a term, not at its end, which belongs to whoever follows."""


def name(recording: Recording, user_id: int | None) -> None:
    """This person's browser records from now on, or nobody's. Inside a transaction."""
    if recording.recorder_id == user_id:
        return
    running = select(RecordingTerm).where(RecordingTerm.recording_id == recording.id, RecordingTerm.ended_at.is_(None))
    for term in db.session.scalars(running):
        term.ended_at = now()
    recording.recorder_id = user_id
    if user_id is not None:
        db.session.add(RecordingTerm(recording_id=recording.id, user_id=user_id, began_at=now(), unable_tab=""))
    db.session.flush()


def note_unable(recording: Recording, user_id: int, lesson_id: int) -> bool:
    """The page this person sits on cannot record (any more). False when their browser was never named."""
    term = next(iter(reversed(_terms(recording, user_id))), None)
    tab = db.session.scalar(_TAB.where(PresenceInterval.lesson_id == lesson_id, PresenceInterval.user_id == user_id))
    if term is None or tab is None:
        return False
    term.unable_tab = tab
    return True


_TAB = select(PresenceInterval.tab).where(PresenceInterval.left_at.is_(None))


def unable(lesson_id: int, recording: Recording) -> set[int]:
    """Those who sit on a page that has said so. A page opened anew, by a reload too, may try again."""
    query = (
        select(PresenceInterval.user_id)
        .join(RecordingTerm, RecordingTerm.unable_tab == PresenceInterval.tab)
        .where(PresenceInterval.lesson_id == lesson_id, PresenceInterval.left_at.is_(None))
        .where(RecordingTerm.recording_id == recording.id, RecordingTerm.user_id == PresenceInterval.user_id)
    )
    return set(db.session.scalars(query))


def named_at(recording: Recording, user_id: int, moment: datetime) -> datetime | None:
    """When, at about this moment, the person's browser was named: the moment itself, or the nearest one within their term."""
    for term in _terms(recording, user_id):
        if term.began_at - SLACK <= moment <= (term.ended_at or now()) + SLACK:
            latest = term.ended_at - MOMENT if term.ended_at is not None else moment
            return max(term.began_at, min(moment, latest))
    return None


def named_until(recording: Recording, segment: RecordingSegment, segments: Sequence[RecordingSegment]) -> datetime | None:
    """Up to when what a browser captured in this segment counts; None while there is no such moment.

    A browser whose line is down does not hear that it is not named any more. When it is named again before anybody else has
    captured something, its segment goes on.
    """
    own = _terms(recording, segment.recorder_id)
    place = _place_in(own, segment.began_at)
    if place is None:
        return None  # it is older than terms are
    others = [one.began_at for one in segments if one.recorder_id != segment.recorder_id]
    for term, following in zip(own[place:], [*own[place + 1 :], None], strict=True):
        if term.ended_at is None:
            return None
        if following is None or any(term.ended_at <= begun < following.began_at for begun in others):
            return term.ended_at + SLACK
    return None


def has_untold(recording: Recording, segments: Sequence[RecordingSegment]) -> bool:
    """Was somebody's browser named for longer than a moment and has told of nothing? It may have captured, and tell of it later."""
    people = select(RecordingTerm.user_id).where(RecordingTerm.recording_id == recording.id).distinct()
    for user_id in db.session.scalars(people).all():
        own = _terms(recording, user_id)
        told = {_place_in(own, segment.began_at) for segment in segments if segment.recorder_id == user_id}
        if any((term.ended_at or now()) - term.began_at > SLACK for place, term in enumerate(own) if place not in told):
            return True
    return False


def _place_in(own: Sequence[RecordingTerm], moment: datetime) -> int | None:
    """Which of somebody's terms it began in: the first one that was not over; what began between two is of the later one."""
    running = (place for place, term in enumerate(own) if term.ended_at is None or moment < term.ended_at)
    return next(running, len(own) - 1 if own else None)


def _terms(recording: Recording, user_id: int) -> Sequence[RecordingTerm]:
    query = select(RecordingTerm).where(RecordingTerm.recording_id == recording.id, RecordingTerm.user_id == user_id)
    return db.session.scalars(query.order_by(RecordingTerm.id)).all()
