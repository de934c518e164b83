"""From what was captured to one timeline, pure: where each segment lies, what is missing, and where the chapters begin.

The timeline is the session's own, without the times in which the recording was stopped or paused on purpose. A time in which it
should have run but nobody captured anything stays, and is marked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.bookings.attendance_models import Span

NOTICED = 2.0
"""Seconds; a shorter hole is the time one recorder takes to follow another, and is bridged by the picture standing still."""

REST = "Afterwards"


@dataclass(frozen=True, slots=True)
class Captured:
    """A segment: its id, when it began by the server's clock, and how many seconds it lasts."""

    id: int
    began_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Take:
    """Play the first `seconds` of a segment from `at` on."""

    segment: int
    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Hole:
    """Nothing was captured for so long."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Chapter:
    """A name for what begins at a second of the timeline."""

    at: float
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The one file: its parts in order, its chapters, its length in seconds."""

    parts: tuple[Take | Hole, ...]
    chapters: tuple[Chapter, ...]
    seconds: float


def plan(stretches: Iterable[Span], captured: Iterable[Captured], ticks: Iterable[tuple[datetime, str]]) -> Plan:
    """Lay everything out. `ticks` are the moments at which topics were covered; a chapter is what led to its tick."""
    segments = sorted((one for one in captured if one.seconds > 0), key=lambda one: (one.began_at, one.id))
    line, parts = 0.0, []
    placed: list[tuple[Span, float]] = []
    for stretch in _from_the_first_picture(sorted(stretches), segments):
        placed.append((stretch, line))
        parts += _parts_of(stretch, line, segments)
        line += _seconds(stretch)
    parts, end = _trimmed(parts, line)
    return Plan(tuple(parts), tuple(_chapters(parts, end, placed, sorted(ticks))), end)


def _from_the_first_picture(stretches: Sequence[Span], segments: Sequence[Captured]) -> list[Span]:
    """Before the first picture there is nothing to miss: recorders take a moment to begin, and some never do."""
    if not segments:
        return []
    first = segments[0].began_at
    return [Span(max(one.start, first), one.end) for one in stretches if one.end > first]


def _parts_of(stretch: Span, line: float, segments: Sequence[Captured]) -> list[Take | Hole]:
    inside = [one for one in segments if stretch.start <= one.began_at < stretch.end]
    kept: list[Captured] = []
    for one in inside:
        if kept and _ends(one) <= _ends(kept[-1]):
            continue  # two browsers captured the same moments: the longer one knows them all
        kept.append(one)
    parts: list[Take | Hole] = []
    cursor = 0.0
    for one, following in zip(kept, [*kept[1:], None], strict=True):
        begin = (one.began_at - stretch.start).total_seconds()
        until = (following.began_at if following else stretch.end) - one.began_at
        if begin - cursor >= NOTICED:
            parts.append(Hole(line + cursor, begin - cursor))
        seconds = min(one.seconds, until.total_seconds())
        parts.append(Take(one.id, line + begin, seconds))
        cursor = begin + seconds
    if _seconds(stretch) - cursor >= NOTICED:
        parts.append(Hole(line + cursor, _seconds(stretch) - cursor))
    return parts


def _trimmed(parts: list[Take | Hole], line: float) -> tuple[list[Take | Hole], float]:
    """The end is where the last part ends; a moment of nothing after it is no part of the session."""
    if not parts:
        return parts, 0.0
    last = parts[-1]
    return parts, min(line, last.at + last.seconds)


def _chapters(
    parts: Sequence[Take | Hole], end: float, placed: Sequence[tuple[Span, float]], ticks: Sequence[tuple[datetime, str]]
) -> list[Chapter]:
    chapters, begin = [], 0.0
    for moment, title in ticks:
        at = _on_the_line(moment, placed)
        if at is None:
            continue
        chapters.append(Chapter(begin, title))
        begin = min(at, end)
    if chapters and begin < end - NOTICED:
        chapters.append(Chapter(begin, REST))
    holes = [Chapter(part.at, f"Not recorded ({_words(part.seconds)})") for part in parts if isinstance(part, Hole)]
    return _one_at_a_time(sorted([*chapters, *holes], key=lambda one: one.at), end)


def _one_at_a_time(chapters: list[Chapter], end: float) -> list[Chapter]:
    """Two that begin together become one with both names: files cannot say more."""
    merged: list[Chapter] = []
    for one in chapters:
        if merged and one.at - merged[-1].at < 1:
            merged[-1] = Chapter(merged[-1].at, f"{merged[-1].title}, {one.title}")
        elif one.at < end or not merged:
            merged.append(one)
    return merged


def _on_the_line(moment: datetime, placed: Sequence[tuple[Span, float]]) -> float | None:
    """Where a moment lies; one in a pause lies where it goes on. None before the first picture: nothing of it is to be seen."""
    if not placed or moment < placed[0][0].start:
        return None
    at = 0.0
    for stretch, line in placed:
        if moment >= stretch.start:
            at = line + min(_seconds(stretch), (moment - stretch.start).total_seconds())
    return at


def _ends(one: Captured) -> float:
    return one.began_at.timestamp() + one.seconds


def _seconds(stretch: Span) -> float:
    return (stretch.end - stretch.start).total_seconds()


def _words(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
