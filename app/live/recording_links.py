"""A recording for the two who made it: what they see of it, and links to the file that are theirs alone and soon expire."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts.models import User
from app.config import settings
from app.kernel.errors import NotFound
from app.live import queries, recording
from app.live.models import Room
from app.live.recording_models import Joined, Recording

LINK_LIVES = timedelta(minutes=10)
KIND = "video/webm"


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording after the session. `progress` is a percentage; `chapters` are (second, words)."""

    joined: Joined
    progress: int
    seconds: int
    size: int
    expires_at: datetime | None
    chapters: tuple[tuple[float, str], ...]


def kept(room: Room) -> Kept | None:
    """What is known of a room's recording; None when nobody ever recorded."""
    found = recording.of_room(room.id)
    if found is None or not recording.has_run(found):
        return None
    chapters = tuple((float(one["at"]), str(one["title"])) for one in found.chapters)
    return Kept(found.joined, found.progress, found.seconds, found.size, found.expires_at, chapters)


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
    if found is None or found.joined is not Joined.READY:
        raise NotFound("There is no recording of this session.")
    return found


def _file_name(room: Room) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", room.lesson.title).strip("-")[:60] or "session"
    return f"{words}-{room.lesson.starts_at:%Y-%m-%d}.webm"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="peerlearn.recording")
