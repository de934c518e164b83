"""What presence in the room means for the money of one booking: a pure function from measured time to minor units (R10, R10b).

Nobody is believed and nobody has to complain: the room measured who was there, and who tried to come in and could not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.bookings.attendance_models import GRACE, Closing, Span
from app.bookings.settlement_models import Verdict
from app.bookings.spans import common, merged, seconds, without

WHOLE = 0.95
"""Together for this part of the planned time, a session is paid whole."""
STRIKE_AFTER = 120.0
"""Seconds a mentor may be away, for no technical reason, before it counts against them."""
TROUBLE_AFTER = timedelta(seconds=30)
"""From the room's page to a seat takes a second or two; whoever needed longer was kept out by the technique."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stretch in the room and how it ended; None while it lasts."""

    span: Span
    closing: Closing | None


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody opened the room's page; `entered_at` stays None when they never got in."""

    at: datetime
    entered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of one person: stays and tries, oldest first (`doors` says which tries count). `measured` is time in which the
    server was away and both browsers received each other (witnesses.py): it counts as presence of either. `put_out` is when the
    mentor had asked them to leave (removals.py)."""

    stays: Sequence[Stay] = ()
    tries: Sequence[Try] = ()
    measured: Sequence[Span] = ()
    put_out: Sequence[Span] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that counts for one booking, at the moment it is judged. Moments are aware, ends_at is the planned end."""

    starts_at: datetime
    ends_at: datetime
    at: datetime
    mentor: Side
    learner: Side


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whole seconds and minor units; `lost_seconds` of the planned time go back, see Settlement."""

    verdict: Verdict
    both_seconds: int
    mentor_away_seconds: int
    technical_seconds: int
    lost_seconds: int
    refund_minor: int
    is_strike: bool
    removed_seconds: int = 0


def doors(side: Side) -> list[Try]:
    """The tries that count, oldest first: who opens the room's page while they sit in it, in another tab or again in the same, has
    stood before no door, whatever becomes of that page and however they leave later."""
    return [attempt for attempt in side.tries if not any(_sat(stay, attempt.at) for stay in side.stays)]


def absence(evidence: Evidence) -> Verdict | None:
    """Who did not come, as far as is known at that moment; None when both have been there since the start, or met before it.

    A learner who was put out is not absent: what they got of the session is for the end to say.
    """
    if common(evidence.learner.put_out, [Span(evidence.starts_at, evidence.ends_at)]):
        return None
    if common(_presence(evidence.mentor), _presence(evidence.learner)):
        return None
    mentor_was_in, learner_was_in = (_was_in(side, evidence) for side in (evidence.mentor, evidence.learner))
    mentor_tried, learner_tried = (_tried(side, evidence) for side in (evidence.mentor, evidence.learner))
    if mentor_was_in and learner_was_in:
        return None
    if (not mentor_was_in and mentor_tried) or (mentor_was_in and learner_tried):
        return Verdict.TECHNICAL
    if mentor_was_in:
        return Verdict.LEARNER_ABSENT
    return Verdict.MENTOR_ABSENT if learner_was_in or learner_tried else Verdict.BOTH_ABSENT


def judge(evidence: Evidence, price_minor: int, no_show_refund_pct: int) -> Outcome:
    """The settlement of one booking: absence first (R10), else what was lost of the time (R10b)."""
    missing = absence(evidence)
    if missing is not None:
        back = _share_up(price_minor, no_show_refund_pct, 100) if missing is Verdict.LEARNER_ABSENT else price_minor
        return Outcome(missing, 0, 0, 0, 0, back, is_strike=missing is Verdict.MENTOR_ABSENT)
    return _judge_time(evidence, price_minor)


def _judge_time(evidence: Evidence, price_minor: int) -> Outcome:
    planned = [Span(evidence.starts_at, evidence.ends_at)]
    mentor, learner = _presence(evidence.mentor), _presence(evidence.learner)
    together = common(mentor, learner)
    out = without(common(evidence.learner.put_out, planned), learner)
    alone = without(common(_waiting(evidence), planned), [*mentor, *out])
    technical = without(common(_trouble(evidence.learner, evidence.ends_at), planned), [*learner, *out])
    duration, both = int(seconds(planned)), seconds(together)
    is_strike = seconds(without(alone, _trouble(evidence.mentor, evidence.ends_at))) > STRIKE_AFTER
    measured = (int(both), int(seconds(alone)), int(seconds(technical)))
    removed = int(seconds(out))
    taught = seconds(without(together, [Span(together[0].start, evidence.starts_at)])) if together and removed else both
    lost = int(min(seconds(alone) + seconds(technical) + seconds(out), max(0.0, duration - taught)))
    if taught == 0 and removed:  # put out before it had begun: nothing was taught, nothing is paid
        return Outcome(Verdict.CUT_SHORT, *measured, duration, price_minor, is_strike, removed)
    if both == 0:  # both came, never at the same time: no lesson, no money
        missed = Verdict.MENTOR_ABSENT if is_strike else Verdict.BOTH_ABSENT
        return Outcome(missed, *measured, duration, price_minor, is_strike)
    if lost == 0 or taught >= WHOLE * duration:
        return Outcome(Verdict.TAUGHT, *measured, 0, 0, is_strike=False, removed_seconds=removed)
    return Outcome(Verdict.CUT_SHORT, *measured, lost, _share_up(price_minor, lost, duration), is_strike, removed)


def _presence(side: Side) -> list[Span]:
    return merged([*(stay.span for stay in side.stays), *side.measured])


def _waiting(evidence: Evidence) -> list[Span]:
    """The learner's time: in the room, after the mentor ended it for both, and after giving up on a mentor who was away.

    Nobody has to sit alone to get their money back: who leaves an empty room waits on until the mentor is there again.
    """
    mentor, spans = _presence(evidence.mentor), _presence(evidence.learner)
    given_up = [
        Span(stay.span.end, next((there.start for there in mentor if there.start >= stay.span.end), evidence.ends_at))
        for stay in evidence.learner.stays
        if stay.closing is Closing.ENDED or not any(there.start <= stay.span.end < there.end for there in mentor)
    ]
    return merged([*spans, *given_up])


def _trouble(side: Side, until: datetime) -> list[Span]:
    """When somebody wanted to be in and could not: between a lost connection and the return, and before a door that stuck."""
    gaps = [
        Span(stay.span.end, after.span.start)
        for stay, after in zip(side.stays, side.stays[1:], strict=False)
        if stay.closing is Closing.VANISHED
    ]
    stuck = [
        Span(attempt.at, attempt.entered_at or until)
        for attempt in doors(side)
        if attempt.entered_at is None or attempt.entered_at - attempt.at > TROUBLE_AFTER
    ]
    return without([*gaps, *stuck], _presence(side))


def _was_in(side: Side, evidence: Evidence) -> bool:
    return any(stay.span.end > evidence.starts_at and stay.span.start < evidence.at for stay in side.stays)


def _tried(side: Side, evidence: Evidence) -> bool:
    return any(attempt.entered_at is None and attempt.at <= evidence.at for attempt in doors(side))


def _sat(stay: Stay, moment: datetime) -> bool:
    """Heard of in the room after that moment. The grace of a line that broke proves nothing: they may be at the door by then."""
    vouched_until = stay.span.end - GRACE if stay.closing in (None, Closing.VANISHED) else stay.span.end
    return stay.span.start <= moment < vouched_until


def _share_up(price_minor: int, part: int, whole: int) -> int:
    """A part of a price, rounded up for the learner."""
    return min(price_minor, -(-price_minor * part // whole))
