"""The pieces of a recording as they come from the browsers: each once, in order, checked by its digest.

They come during the session and after it: a browser keeps what it captured until we have said yes to it.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, DomainError, Invalid, NotFound
from app.kernel.storage import storage
from app.kernel.transaction import transaction
from app.live import queries
from app.live.events import SegmentCame
from app.live.recording_models import Joined, Recording, RecordingChunk, RecordingSegment
from app.live.recording_store import erase_soon, is_taking, key_of

LARGEST_PIECE = 4 * 1024 * 1024
LARGEST_RECORDING = 6 * 1024**3
MOST_PIECES = 100_000
TAKEN_FOR = timedelta(days=7)
"""So long after the session late pieces are taken."""


class OutOfOrder(Conflict):
    """A piece is missing before this one; `received` says how many we have."""

    code = "out_of_order"
    message = "Another piece has to come first."

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__()


class Gone(DomainError):
    """The recording was deleted, or its time is over: the browser may let go of what it still has."""

    status = 410
    code = "gone"
    message = "This recording was deleted. It takes no more pieces."


@dataclass(frozen=True, slots=True)
class Piece:
    """A second or two of a segment. `digest` is its SHA-256 in hex, as the browser computed it."""

    number: int
    data: bytes
    digest: str


def take(user: User, room_id: str, client_id: str, piece: Piece) -> int:
    """Store a piece; returns how many of the segment we have without a gap. A piece we have already is taken for good.

    Raises NotFound for everybody but the recorder of the segment, Invalid (bytes and digest differ), OutOfOrder, Gone, StorageFull.
    """
    segment = _segment(user, room_id, client_id)
    _check(piece)
    recording = db.session.get_one(Recording, segment.recording_id)
    if piece.number < segment.chunks:
        return segment.chunks
    if piece.number > segment.chunks:
        raise OutOfOrder(segment.chunks)
    _refuse_excess(recording, piece)
    storage().put(key_of(recording, segment, piece.number, piece.digest), piece.data)
    try:
        received_now = _note(segment.id, piece)
    except IntegrityError:  # the same piece on another connection was first
        return received(user, room_id, client_id)
    if received_now is None:
        raise Gone
    return received_now


def received(user: User, room_id: str, client_id: str) -> int:
    """How many pieces of a segment have come without a gap: where its browser goes on."""
    return _segment(user, room_id, client_id).chunks


def complete(user: User, room_id: str, client_id: str, pieces: int) -> int:
    """The browser captured so many pieces and no more; returns how many of them we have."""
    if not 0 <= pieces <= MOST_PIECES:
        raise Invalid("This is no number of pieces.")
    with transaction() as tx:
        segment = _segment(user, room_id, client_id)
        segment.expected = max(pieces, segment.chunks)
        if segment.is_whole:
            tx.publish(SegmentCame(segment.recording_id))
        return segment.chunks


def _segment(user: User, room_id: str, client_id: str) -> RecordingSegment:
    room = queries.visit(user, room_id).room
    query = (
        select(RecordingSegment)
        .join(Recording, Recording.id == RecordingSegment.recording_id)
        .where(Recording.room_id == room.id, RecordingSegment.client_id == client_id, RecordingSegment.recorder_id == user.id)
    )
    segment = db.session.scalar(query.execution_options(populate_existing=True))
    if segment is None or (room.ended_at is not None and room.ended_at < now() - TAKEN_FOR):
        raise NotFound("This recording takes no more pieces.")
    if not is_taking(db.session.get_one(Recording, segment.recording_id, populate_existing=True)):
        raise Gone
    return segment


def _check(piece: Piece) -> None:
    if not piece.data or len(piece.data) > LARGEST_PIECE:
        raise Invalid("A piece has between one byte and 4 MB.")
    if not re.fullmatch(r"[0-9a-f]{64}", piece.digest) or hashlib.sha256(piece.data).hexdigest() != piece.digest:
        raise Invalid("This piece was damaged on its way. Please send it again.")


def _refuse_excess(recording: Recording, piece: Piece) -> None:
    if not recording.pieces_kept:
        raise NotFound("This recording takes no more pieces.")
    query = select(func.sum(RecordingSegment.size)).where(RecordingSegment.recording_id == recording.id)
    if (db.session.scalar(query) or 0) + len(piece.data) > LARGEST_RECORDING or piece.number >= MOST_PIECES:
        raise Conflict("This recording has reached the largest size we keep.")


def _note(segment_id: int, piece: Piece) -> int | None:
    """Write down that it has come; None when the recording went meanwhile. What comes after the file was joined joins it again."""
    with transaction() as tx:
        segment = db.session.get_one(RecordingSegment, segment_id, populate_existing=True, with_for_update=True)
        recording = db.session.get_one(Recording, segment.recording_id, populate_existing=True, with_for_update=True)
        if not is_taking(recording):
            erase_soon(recording)
            return None
        if piece.number != segment.chunks:
            return segment.chunks
        db.session.add(RecordingChunk(segment_id=segment.id, number=piece.number, digest=piece.digest, size=len(piece.data)))
        segment.chunks, segment.size = segment.chunks + 1, segment.size + len(piece.data)
        recording.heard_at = now()
        if segment.is_whole:
            tx.publish(SegmentCame(recording.id))
        if recording.joined in (Joined.READY, Joined.EMPTY, Joined.FAILED) and recording.pieces_kept:
            recording.joined, recording.tries, recording.asked_at = Joined.NOT_YET, 0, None
        return segment.chunks
