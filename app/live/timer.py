"""The room's clock, pure: how long both sides were together."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain

from app.bookings.attendance_models import Span
from app.bookings.spans import common, merged, seconds
from app.live.messages import TimerState

UNDO = timedelta(seconds=10)
"""How long the mentor may take back an End."""


def timer_state(
    spans: Mapping[int, Iterable[Span]],
    alive_until: Mapping[int, datetime],
    mentor_id: int,
    *,
    at: datetime,
    ends_at: datetime,
    measured: Iterable[Span] = (),
) -> TimerState:
    """What to show at a moment: the mentor together with any learner.

    `spans` is everybody's presence so far, `alive_until` the moment up to which those present are vouched for, `measured` the
    time credited by both browsers while the server was away.
    """
    learners = chain.from_iterable(spans[user_id] for user_id in spans if user_id != mentor_id)
    together = seconds(merged([*common(spans.get(mentor_id, ()), learners), *measured]))
    return TimerState(
        seconds=round(together, 3),
        runs_for=round(_runs_for(alive_until, mentor_id, at), 3),
        ends_in=round((ends_at - at).total_seconds(), 3),
    )


def _runs_for(alive_until: Mapping[int, datetime], mentor_id: int, at: datetime) -> float:
    learners = [moment for user_id, moment in alive_until.items() if user_id != mentor_id]
    if mentor_id not in alive_until or not learners:
        return 0.0
    return max(0.0, (min(alive_until[mentor_id], max(learners)) - at).total_seconds())
