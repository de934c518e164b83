"""What both see of the recording after the session."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.config import settings
from app.live import recording_links
from app.live.models import Room
from app.live.recording_links import Kept
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
    """The recording in words. `state` is waiting, joining, ready, empty, failed, expired or deleted."""

    state: str
    progress: int
    length: str
    size: str
    until: str
    days: int
    chapters: tuple[Chapter, ...]
    may_delete: bool
    deleted_by: str
    gone: str


def recording_card(room: Room, viewer: User) -> RecordingCard | None:
    """As one viewer sees it; None when nothing was recorded."""
    kept = recording_links.kept(room, viewer)
    if kept is None:
        return None
    return RecordingCard(
        state=_state(kept),
        progress=kept.progress,
        length=clock(kept.seconds),
        size=f"{max(1, round(kept.size / 1_000_000))} MB",
        until=when(kept.expires_at, viewer_zone()) if kept.expires_at else "",
        days=settings().recording_days,
        chapters=tuple(Chapter(at, clock(at), title) for at, title in kept.chapters),
        may_delete=kept.may_delete,
        deleted_by="" if kept.deleted_by is None else "you" if kept.deleted_by.id == viewer.id else kept.deleted_by.name,
        gone=_date(kept.gone_at) if kept.gone_at else "",
    )


def _state(kept: Kept) -> str:
    if kept.gone_at is not None:
        return "deleted" if kept.deleted_by else "expired"
    return "waiting" if kept.joined is Joined.NOT_YET else kept.joined.value


def _date(moment: datetime) -> str:
    """`3 March`, by the viewer's clock: a recording lives for some weeks."""
    local = moment.astimezone(ZoneInfo(viewer_zone()))
    return f"{local.day} {local:%B}"


def clock(seconds: float) -> str:
    """`0:07`, `12:30`, `1:02:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
