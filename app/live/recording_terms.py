"""Whose browser was named to record, from when to when, and which pages have said that they cannot."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.bookings.attendance_models import PresenceInterval
from app.extensions import db
from app.kernel.clock import now
from app.live.recording_models import Recording, RecordingTerm

SLACK = timedelta(seconds=5)
"""A browser hears a little later that it is named, or is not any more; and its clock may have been set meanwhile."""


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
            return max(moment, term.began_at)
    return None


def _terms(recording: Recording, user_id: int) -> Sequence[RecordingTerm]:
    query = select(RecordingTerm).where(RecordingTerm.recording_id == recording.id, RecordingTerm.user_id == user_id)
    return db.session.scalars(query.order_by(RecordingTerm.id)).all()
