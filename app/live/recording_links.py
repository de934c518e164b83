"""A recording for the two who made it: what they see of it, and links to the file that are theirs alone and soon expire."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts.models import User
from app.config import settings
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.storage import storage
from app.live import queries, recording
from app.live.models import Room
from app.live.recording_deletion import may_delete
from app.live.recording_models import Joined, Recording

LINK_LIVES = timedelta(minutes=10)
KIND = "video/webm"
HIDDEN = "nobody else sees it any more; it goes when every report and dispute about it is closed"


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording after the session. `progress` is a percentage; `chapters` are (second, words). From `gone_at` on it is not to be
    seen: deleted by that person, or because its time was over.
    """

    joined: Joined
    progress: int
    seconds: int
    size: int
    expires_at: datetime | None
    chapters: tuple[tuple[float, str], ...]
    gone_at: datetime | None
    deleted_by: User | None
    may_delete: bool


def kept(room: Room, viewer: User) -> Kept | None:
    """What one viewer may know of a room's recording; None when nobody ever recorded."""
    found = recording.of_room(room.id)
    if found is None or not recording.has_run(found):
        return None
    chapters = tuple((float(one["at"]), str(one["title"])) for one in found.chapters)
    return Kept(
        joined=found.joined,
        progress=found.progress,
        seconds=found.seconds,
        size=found.size,
        expires_at=found.expires_at,
        chapters=chapters,
        gone_at=found.gone_at,
        deleted_by=db.session.get(User, found.deleted_by) if found.deleted_by else None,  # also of a closed account
        may_delete=found.gone_at is None and found.joined is not Joined.EMPTY and may_delete(viewer, room, found),
    )


def is_expected(room: Room) -> bool:
    """Was something captured that can be seen with the session, now or soon?"""
    found = recording.of_room(room.id)
    if found is None or found.gone_at is not None or found.joined in (Joined.EMPTY, Joined.FAILED):
        return False
    return recording.has_film(found)


def film_of(room: Room) -> list[str]:
    """For our own people, who look into a report: where the film lies, and whether it is kept for them alone. Empty without one."""
    found = recording.of_room(room.id)
    if found is None or not found.file_key:
        return []
    seconds = int(LINK_LIVES.total_seconds())
    place = storage().path(found.file_key) or storage().link(found.file_key, name=_file_name(room), kind=KIND, seconds=seconds)
    return [str(place), *([HIDDEN] if found.gone_at else [])]


def link_for(user: User, public_id: str) -> str:
    """A word that opens the file for this person for ten minutes. NotFound where there is no file (yet, or any more)."""
    return _signer().dumps([user.id, _ready(user, public_id).id])


def opened(user: User, public_id: str, word: str) -> tuple[Recording, str]:
    """The recording a word opens, and a name for the file. NotFound when the word is old, another person's or another room's."""
    found = _ready(user, public_id)
    try:
        wanted: Any = _signer().loads(word, max_age=int(LINK_LIVES.total_seconds()))
    except BadSignature as error:
        raise NotFound("This link has expired. Open the session again.") from error
    if wanted != [user.id, found.id]:
        raise NotFound("This link has expired. Open the session again.")
    return found, _file_name(queries.visit(user, public_id).room)


def _ready(user: User, public_id: str) -> Recording:
    found = recording.of_room(queries.visit(user, public_id).room.id)
    if found is not None and found.gone_at is not None:
        raise NotFound("This recording was deleted." if found.deleted_by else "This recording is not kept any longer.")
    if found is None or found.joined is not Joined.READY:
        raise NotFound("There is no recording of this session.")
    return found


def _file_name(room: Room) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", room.lesson.title).strip("-")[:60] or "session"
    return f"{words}-{room.lesson.starts_at:%Y-%m-%d}.webm"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="peerlearn.recording")
