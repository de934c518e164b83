"""Arithmetic with stretches of time: pure, and every answer is sorted and without overlaps."""

from collections.abc import Iterable, Sequence

from app.bookings.attendance_models import Span


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps; stretches of no length are left out."""
    found: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def common(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The time covered by both sides."""
    first, second, found = merged(some), merged(others), []
    while first and second:
        found.append(Span(max(first[0].start, second[0].start), min(first[0].end, second[0].end)))
        (first if first[0].end <= second[0].end else second).pop(0)
    return merged(found)


def without(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The time covered by the first side and not by the second."""
    left = merged(some)
    for gone in merged(others):
        left = [part for span in left for part in _cut(span, gone)]
    return merged(left)


def seconds(spans: Sequence[Span]) -> float:
    """How long stretches without overlaps are together."""
    return sum((span.end - span.start).total_seconds() for span in spans)


def overlap_seconds(some: Iterable[Span], others: Iterable[Span]) -> float:
    """Seconds covered by both sides. Spans of one side may overlap each other; they count once."""
    return seconds(common(some, others))


def _cut(span: Span, gone: Span) -> list[Span]:
    return [Span(span.start, min(span.end, gone.start)), Span(max(span.start, gone.end), span.end)]
