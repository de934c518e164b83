"""What both see of the recording after the session."""

from dataclasses import dataclass

from app.config import settings
from app.live import recording_links
from app.live.models import Room
from app.live.recording_models import Joined
from app.web.filters import viewer_zone, when


@dataclass(frozen=True, slots=True)
class Chapter:
    """A place to jump to: the second, as a clock, and what it is about."""

    at: float
    clock: str
    title: str


@dataclass(frozen=True, slots=True)
class RecordingCard:
    """The recording in words. `state` is waiting, joining, ready, empty, failed or expired."""

    state: str
    progress: int
    length: str
    size: str
    until: str
    days: int
    chapters: tuple[Chapter, ...]


def recording_card(room: Room) -> RecordingCard | None:
    """None when nothing was recorded."""
    kept = recording_links.kept(room)
    if kept is None:
        return None
    return RecordingCard(
        state="waiting" if kept.joined is Joined.NOT_YET else kept.joined.value,
        progress=kept.progress,
        length=clock(kept.seconds),
        size=f"{max(1, round(kept.size / 1_000_000))} MB",
        until=when(kept.expires_at, viewer_zone()) if kept.expires_at else "",
        days=settings().recording_days,
        chapters=tuple(Chapter(at, clock(at), title) for at, title in kept.chapters),
    )


def clock(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
