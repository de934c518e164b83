"""A gap of the server's, credited by what both browsers received of each other meanwhile: a good call never stops the clock.

Whoever comes back with the same page still open reports of each other person for how many seconds their media arrived since the
last beat. Two reports about each other make a credit: the shorter of them, and never more than the gap. So whoever lies gains
nothing that the other side did not measure too. The credit is laid from the gap's beginning on, where it overlaps the seconds of
grace that both had anyway: nothing is counted twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.bookings.attendance_models import GRACE, Closing, PresenceInterval, Span
from app.bookings.witness_models import MediaReport, SilentGap
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A gap, and what was said of it: seconds by (who says it, of whom)."""

    gap: Span
    reports: Mapping[tuple[int, int], int]

    def credit(self, one: int, other: int) -> Span | None:
        """The stretch in which both browsers received each other; None when either says nothing, or nought."""
        said = self.reports.get((one, other)), self.reports.get((other, one))
        if said[0] is None or said[1] is None:
            return None
        length = min(timedelta(seconds=max(0, min(said[0], said[1]))), self.gap.end - self.gap.start)
        return Span(self.gap.start, self.gap.start + length) if length else None


def note_silence(lesson_id: int, rows: Iterable[PresenceInterval]) -> None:
    """Somebody comes in: write down that until now the server heard nobody, though several were there.

    `rows` are the lesson's intervals before this entry.
    """
    there = [row for row in rows if row.closing in (None, Closing.VANISHED)]
    if not there:
        return
    began_at = max(row.last_seen_at for row in there)
    people = {row.user_id for row in there if row.last_seen_at >= began_at - GRACE}
    if len(people) > 1 and now() - began_at > GRACE and not _is_noted(lesson_id, began_at):
        with transaction():
            db.session.add(SilentGap(lesson_id=lesson_id, began_at=began_at, ended_at=now()))
            db.session.flush()


def report(lesson_id: int, reporter_id: int, seconds_of: Mapping[int, int], rows: Sequence[PresenceInterval]) -> bool:
    """Keep what a browser received of others in the gap it has just come back from; False when there was none for it.

    Only a page that stayed open can have received anything, so the seat before the gap and the one after must be the same tab's;
    others count only if they were there when the gap began. Saying it again changes nothing.
    """
    with transaction():
        gap = _gap_of(lesson_id, reporter_id, rows)
        if gap is None:
            return False
        query = select(MediaReport.about_id).where(MediaReport.gap_id == gap.id, MediaReport.reporter_id == reporter_id)
        known = set(db.session.scalars(query))
        for about_id in (seconds_of.keys() & _there_at(gap, rows)) - known - {reporter_id}:
            said = min(max(0, seconds_of[about_id]), int(gap.seconds) + 1)
            db.session.add(MediaReport(gap_id=gap.id, reporter_id=reporter_id, about_id=about_id, seconds=said))
        return True


def witnessed(lesson_id: int) -> list[Witnessed]:
    """A lesson's gaps with what was said of each, oldest first; one query."""
    found: dict[int, tuple[Span, dict[tuple[int, int], int]]] = {}
    for gap, said in db.session.execute(_WITNESSED, {"lesson_id": lesson_id}):
        _, reports = found.setdefault(gap.id, (Span(gap.began_at, gap.ended_at), {}))
        if said is not None:
            reports[said.reporter_id, said.about_id] = said.seconds
    return [Witnessed(*one) for one in found.values()]


_WITNESSED = (
    select(SilentGap, MediaReport)
    .outerjoin(MediaReport, MediaReport.gap_id == SilentGap.id)
    .where(SilentGap.lesson_id == bindparam("lesson_id"))
    .order_by(SilentGap.began_at, MediaReport.id)
)


def gaps(lesson_id: int) -> list[Span]:
    """A lesson's gaps alone, oldest first."""
    query = select(SilentGap.began_at, SilentGap.ended_at).where(SilentGap.lesson_id == lesson_id)
    return [Span(began, ended) for began, ended in db.session.execute(query.order_by(SilentGap.began_at))]


def credits(known: Iterable[Witnessed], mentor_id: int, learner_ids: Iterable[int]) -> list[Span]:
    """The stretches credited to a mentor with any of these learners; of one gap they may overlap."""
    learners = list(learner_ids)
    spans = (one.credit(mentor_id, learner_id) for one in known for learner_id in learners)
    return [span for span in spans if span is not None]


def _gap_of(lesson_id: int, reporter_id: int, rows: Sequence[PresenceInterval]) -> SilentGap | None:
    own = [row for row in rows if row.user_id == reporter_id]
    if len(own) < 2 or own[-2].closing is not Closing.VANISHED or own[-2].tab != own[-1].tab:
        return None
    before, after = own[-2], own[-1]
    query = select(SilentGap).where(
        SilentGap.lesson_id == lesson_id,
        SilentGap.began_at >= before.last_seen_at,
        SilentGap.began_at <= before.last_seen_at + GRACE,
        SilentGap.ended_at <= after.joined_at,
    )
    return db.session.scalars(query.order_by(SilentGap.began_at)).first()


def _there_at(gap: SilentGap, rows: Iterable[PresenceInterval]) -> set[int]:
    """Who had been heard shortly before the gap, and had not left."""
    return {
        row.user_id
        for row in rows
        if row.closing in (None, Closing.VANISHED) and gap.began_at - GRACE <= row.last_seen_at <= gap.began_at
    }


def _is_noted(lesson_id: int, began_at: datetime) -> bool:
    query = select(SilentGap.id).where(SilentGap.lesson_id == lesson_id, SilentGap.began_at == began_at)
    return db.session.scalar(query) is not None
