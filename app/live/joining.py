"""One file from all pieces of a recording: the job that makes it, and what is due for it."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from app.config import settings
from app.extensions import db
from app.kernel import jobs
from app.kernel.clock import now
from app.kernel.storage import storage
from app.kernel.transaction import transaction
from app.lessons.models import Topic
from app.live import media
from app.live import recording_terms as terms
from app.live.events import RecordingJoined
from app.live.models import CoveredTopic, Room
from app.live.recording import finish, stretches
from app.live.recording_models import Joined, Recording, RecordingChunk, RecordingSegment
from app.live.recording_plan import Captured, Hole, Plan, plan
from app.live.recording_store import drop_pieces, erase_soon, folder_of, is_evidence, key_of

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=2)
"""Nothing came for so long after the session: what is still missing is on a machine that is off. We join what we have."""
STUCK = timedelta(minutes=5)
"""No progress for so long: whoever joined is gone, and another begins."""
MOST_TRIES = 4
SIZE = (1280, 720)
HOLE_WORDS = "The recording was interrupted here."


def due_to_join() -> list[int]:
    """Ids of recordings whose session is over and whose pieces have all come, or will not; and of those left halfway."""
    query = (
        select(Recording)
        .join(Room, Room.id == Recording.room_id)
        .where(Room.ended_at.is_not(None), Recording.joined.in_((Joined.NOT_YET, Joined.JOINING)), Recording.erased_at.is_(None))
    )
    recent = now() - STUCK
    return [one.id for one in db.session.scalars(query) if _is_due(one) and (one.asked_at is None or one.asked_at < recent)]


def join_due() -> None:
    """Have every due recording joined; a busy worker is not asked again for five minutes."""
    for recording_id in due_to_join():
        with transaction():
            db.session.get_one(Recording, recording_id, with_for_update=True).asked_at = now()
            jobs.later(join, recording_id, queue="media")


def join(recording_id: int) -> None:
    """Make the one file. Does nothing when it is not due (any more); what goes wrong is tried again by the sweep."""
    recording = _claim(recording_id)
    if recording is None:
        return
    heard_at = recording.heard_at  # what comes from now on is not sure to be in it
    try:
        made = _make(recording)
    except Exception:
        if not _is_erased(recording_id):  # else its pieces were taken from under our hands, and that is right
            log.exception("recording %s could not be joined", recording_id)
            _give_back(recording_id)
        return
    _show(recording_id, heard_at, made)


def _is_due(recording: Recording) -> bool:
    if recording.erased_at is not None or (recording.gone_at is not None and not is_evidence(recording)):
        return False
    if recording.joined is Joined.JOINING:
        return recording.joining_at is not None and recording.joining_at < now() - STUCK
    room = db.session.get_one(Room, recording.room_id)
    if room.ended_at is None:
        return False
    segments = db.session.scalars(select(RecordingSegment).where(RecordingSegment.recording_id == recording.id)).all()
    latest = max(filter(None, (room.ended_at, recording.heard_at)))
    return _is_all_there(recording, segments) or latest < now() - QUIET


def _is_all_there(recording: Recording, segments: Sequence[RecordingSegment]) -> bool:
    """Has everything come that was told of, and has every browser that was named told of something?"""
    return all(segment.is_whole for segment in segments) and not terms.has_untold(recording, segments)


def _claim(recording_id: int) -> Recording | None:
    """Take it for this process; None when it is not due, or somebody else has it."""
    with transaction():
        # The room before its recording, as everywhere: in another order the two would wait for each other.
        room_of = select(Recording.room_id).where(Recording.id == recording_id).scalar_subquery()
        db.session.execute(select(Room.id).where(Room.id == room_of).with_for_update())
        recording = db.session.get(Recording, recording_id, populate_existing=True, with_for_update=True)
        if recording is None or recording.joined not in (Joined.NOT_YET, Joined.JOINING) or not _is_due(recording):
            return None
        finish(recording.room_id)
        recording.joined, recording.joining_at, recording.progress = Joined.JOINING, now(), 0
        recording.tries += 1
    return recording


def _is_erased(recording_id: int) -> bool:
    with transaction():
        return db.session.get_one(Recording, recording_id, populate_existing=True).erased_at is not None


def _give_back(recording_id: int) -> None:
    with transaction() as tx:
        recording = db.session.get_one(Recording, recording_id, with_for_update=True)
        has_failed = recording.tries >= MOST_TRIES
        recording.joined = Joined.FAILED if has_failed else Joined.NOT_YET
        if has_failed:
            recording.ready_at = now()
            tx.publish(_joined(recording))


def _make(recording: Recording) -> tuple[str, Plan, int] | None:
    """The file's key, its layout and bytes; None when nothing was captured."""
    looks, captured, found = {}, [], _segments(recording)
    for segment in found:
        _go_on(recording.id, 0)
        try:
            looks[segment.id] = media.look(_opened(recording, segment))
        except media.Unreadable as problem:
            log.warning("a segment of recording %s cannot be read: %s", recording.id, problem)
            continue
        captured.append(Captured(segment.id, segment.began_at, _counted(recording, segment, found, looks[segment.id].seconds)))
    layout = plan(stretches(recording), captured, _ticks(recording))
    if not layout.parts:
        return None
    segments = {segment.id: segment for segment in _segments(recording)}
    pieces = [
        media.Piece(part.at, part.seconds, None, HOLE_WORDS)
        if isinstance(part, Hole)
        else media.Piece(part.at, part.seconds, partial(_opened, recording, segments[part.segment]))
        for part in layout.parts
    ]
    size = next(((look.width, look.height) for look in looks.values() if look.width), SIZE)
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        target = Path(folder) / "session.webm"
        media.join(pieces, _marks(layout), target, size, partial(_go_on, recording.id))
        key, length = f"{folder_of(recording)}/session-{recording.tries}.webm", target.stat().st_size
        storage().put_file(key, target)
    return key, layout, length


def _counted(recording: Recording, segment: RecordingSegment, segments: Sequence[RecordingSegment], seconds: float) -> float:
    """Of a segment, what its browser captured while it was named: the rest is not its to tell, and another browser's is shown."""
    until = terms.named_until(recording, segment, segments)
    return seconds if until is None else min(seconds, (until - segment.began_at).total_seconds())


def _show(recording_id: int, heard_at: datetime | None, made: tuple[str, Plan, int] | None) -> None:
    """Show it; unless more has come meanwhile, then it is joined again, or it was deleted, then it goes."""
    with transaction() as tx:
        recording = db.session.get_one(Recording, recording_id, populate_existing=True, with_for_update=True)
        if recording.erased_at is not None:
            erase_soon(recording)  # our film came to lie there after all was removed
            return
        if recording.joined is not Joined.JOINING:
            return
        if recording.heard_at != heard_at:
            recording.joined, recording.asked_at = Joined.NOT_YET, None
            return
        recording.joined, recording.ready_at, recording.progress = Joined.EMPTY, now(), 100
        if made is not None:
            recording.joined = Joined.READY
            recording.file_key, recording.seconds, recording.size = made[0], round(made[1].seconds), made[2]
            recording.chapters = [asdict(chapter) for chapter in made[1].chapters]
            recording.expires_at = recording.expires_at or now() + timedelta(days=settings().recording_days)
        is_whole = _is_all_there(recording, _segments(recording))
        tx.publish(_joined(recording))
    if is_whole:
        drop_pieces(recording_id)


def _go_on(recording_id: int, share: float) -> None:
    """Say how far it is, in steps that somebody would notice; it also shows that we live."""
    percent = min(99, int(share * 100))
    with transaction() as tx:
        recording = db.session.get_one(Recording, recording_id, with_for_update=True)
        recording.joining_at = now()
        if percent >= recording.progress + 5:
            recording.progress = percent
            tx.publish(_joined(recording))


def _opened(recording: Recording, segment: RecordingSegment) -> media.Chain:
    query = select(RecordingChunk.number, RecordingChunk.digest).where(RecordingChunk.segment_id == segment.id)
    rows = [(number, digest) for number, digest in db.session.execute(query.order_by(RecordingChunk.number))]
    keys = [key_of(recording, segment, number, digest) for number, digest in rows]
    return media.Chain(_bytes_of(keys, storage().read))


def _bytes_of(keys: Sequence[str], read: Callable[[str], bytes]) -> Iterator[bytes]:
    for key in keys:
        yield read(key)


def _segments(recording: Recording) -> Sequence[RecordingSegment]:
    query = select(RecordingSegment).where(RecordingSegment.recording_id == recording.id, RecordingSegment.chunks > 0)
    return db.session.scalars(query.order_by(RecordingSegment.began_at, RecordingSegment.id)).all()


def _ticks(recording: Recording) -> list[tuple[datetime, str]]:
    query = select(CoveredTopic.covered_at, Topic.name).join(Topic, Topic.id == CoveredTopic.topic_id)
    return [(moment, name) for moment, name in db.session.execute(query.where(CoveredTopic.room_id == recording.room_id))]


def _marks(layout: Plan) -> list[media.Mark]:
    begins = [chapter.at for chapter in layout.chapters] + [layout.seconds]
    return [media.Mark(chapter.at, begins[place], chapter.title) for place, chapter in enumerate(layout.chapters, 1)]


def _joined(recording: Recording) -> RecordingJoined:
    room = db.session.get_one(Room, recording.room_id)
    return RecordingJoined(room.id, room.lesson_id)
