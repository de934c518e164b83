"""What of a recording lies in the store, and how it leaves it: pieces once they are joined, all of it once it is gone.

Gone is what somebody deleted (recording_deletion.py) or whose time is over: nobody may see it from that moment on. Its bytes
follow, by a job and by the sweep until it worked; but while a report or a dispute about the session is open they are evidence, kept
for our own people alone, and for three days after somebody deleted it they wait for one.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.bookings.dispute_queries import is_lesson_disputed
from app.extensions import db
from app.kernel import jobs
from app.kernel.clock import now
from app.kernel.schedule import for_each
from app.kernel.storage import storage
from app.kernel.transaction import transaction
from app.live.models import Room
from app.live.recording_models import Joined, Recording, RecordingChunk, RecordingSegment
from app.live.report_models import PersonReport

PIECES_KEPT = timedelta(days=2)
"""Pieces of a recording that is not whole are kept so long after it was joined: the rest may still come."""

REPORTABLE = timedelta(hours=72)
"""What somebody deleted is hidden at once, but its bytes stay so long: a report made right after the session still finds them."""


def key_of(recording: Recording, segment: RecordingSegment, number: int, digest: str) -> str:
    """Where a piece lies."""
    return f"{folder_of(recording)}/{segment.client_id}/{number:06d}-{digest[:16]}"


def folder_of(recording: Recording) -> str:
    """Where all of a recording lies."""
    return f"recordings/{recording.public_id}"


def drop_pieces(recording_id: int) -> None:
    """The pieces are not needed any more, and none is taken."""
    with transaction():
        recording = db.session.get_one(Recording, recording_id, with_for_update=True)
        recording.pieces_kept = False
        _forget_chunks(recording)
    for segment in _segments(recording):
        storage().delete_under(f"{folder_of(recording)}/{segment.client_id}")


def erase(recording_id: int) -> None:
    """Remove the bytes of what is gone, first from the store. Nothing while they may be needed, and nothing the second time."""
    recording = db.session.get(Recording, recording_id, populate_existing=True)
    if recording is None or recording.gone_at is None or recording.erased_at is not None:
        return
    if _stays_until(recording) > now() or is_evidence(recording):
        return
    storage().delete_under(folder_of(recording))
    with transaction():
        recording = db.session.get_one(Recording, recording_id, with_for_update=True)
        recording.erased_at, recording.file_key, recording.chapters, recording.pieces_kept = now(), "", [], False
        _forget_chunks(recording)


def erase_soon(recording: Recording) -> None:
    """Have the bytes of what is gone removed as soon as they may be; also again, where something was still on its way in.

    Inside a transaction.
    """
    recording.erased_at = None
    jobs.at(_stays_until(recording), erase, recording.id)


def is_evidence(recording: Recording) -> bool:
    """Is there a report about this session that nobody has closed, or a dispute about one of its bookings that is undecided?"""
    query = select(PersonReport.id).where(PersonReport.room_id == recording.room_id, PersonReport.closed_at.is_(None))
    if db.session.scalar(query.limit(1)) is not None:
        return True
    return is_lesson_disputed(db.session.get_one(Room, recording.room_id).lesson_id)


def is_taking(recording: Recording) -> bool:
    """Are pieces of it still wanted? Of what is gone, while it is evidence and not erased."""
    return recording.gone_at is None or (recording.erased_at is None and is_evidence(recording))


def throw_away() -> None:
    """The sweep: what may not be kept any longer goes, and pieces nobody waits for."""
    due = select(Recording.id).where(Recording.expires_at <= now(), Recording.gone_at.is_(None))
    for_each(db.session.scalars(due).all(), _expire)
    gone = select(Recording.id).where(Recording.gone_at.is_not(None), Recording.erased_at.is_(None))
    for_each(db.session.scalars(gone).all(), erase)
    settled = (Joined.READY, Joined.EMPTY, Joined.FAILED)
    old = select(Recording.id).where(Recording.pieces_kept.is_(True), Recording.joined.in_(settled))
    for_each(db.session.scalars(old.where(Recording.ready_at <= now() - PIECES_KEPT)).all(), _drop_old_pieces)


def _expire(recording_id: int) -> None:
    with transaction():
        recording = db.session.get_one(Recording, recording_id, with_for_update=True)
        recording.gone_at = recording.gone_at or now()


def _drop_old_pieces(recording_id: int) -> None:
    if not is_evidence(db.session.get_one(Recording, recording_id)):
        drop_pieces(recording_id)


def _stays_until(recording: Recording) -> datetime:
    """From when on the bytes of what is gone may be removed."""
    gone_at = recording.gone_at or now()
    return gone_at + REPORTABLE if recording.deleted_by else gone_at


def _forget_chunks(recording: Recording) -> None:
    ids = [segment.id for segment in _segments(recording)]
    db.session.execute(delete(RecordingChunk).where(RecordingChunk.segment_id.in_(ids)))


def _segments(recording: Recording) -> list[RecordingSegment]:
    return list(db.session.scalars(select(RecordingSegment).where(RecordingSegment.recording_id == recording.id)))
