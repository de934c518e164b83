"""The times that rule a booking: pure functions of moments."""

from datetime import datetime, timedelta

HOLD = timedelta(minutes=10)
"""How long an unpaid seat stays claimed (R6)."""
ANSWER = timedelta(hours=24)
BEFORE_START = timedelta(minutes=30)
JOIN_OPENS = timedelta(minutes=15)
"""Join opens this long before the start."""
REMINDER = timedelta(minutes=10)
REMINDERS = (timedelta(hours=24), timedelta(hours=1), REMINDER)
"""So long before the start both are reminded."""
OVERRUN = timedelta(minutes=15)
"""How long a session may go on past its end before it is settled anyway (R11)."""
RELEASE_AFTER = timedelta(hours=24)
"""Earnings of a session in which both were present become available after this."""
RELEASE_AFTER_ABSENCE = timedelta(hours=72)
"""Earnings of a session to which the learner did not come become available after this."""
NO_SHOW_AFTER = timedelta(minutes=10)
"""Who has not come by then, did not come (R10)."""
WAIT_LONGER = timedelta(minutes=10)
"""What one tap on "Wait longer" adds."""
UNDO_REJECT = timedelta(seconds=10)
"""How long a rejected request keeps its seat and its money, in case the tap was a mistake."""
MOST_UNPAID_HOLDS = 3
ANSWER_DISPUTE = timedelta(days=7)
"""How long the other side of a dispute has to answer; silence grants the claim."""
REMIND_DISPUTE = timedelta(hours=48)
"""How long before that week ends whoever has to answer is reminded."""
DECIDE_DISPUTE = timedelta(days=3)
"""When both have spoken and do not agree, an admin decides within this."""
MOST_STATEMENTS = 12
"""How often one side may speak in one dispute."""
MOST_DISPUTES = 3
"""How often one person may open a dispute of one booking, withdrawn ones included."""
ANSWER_MOVE = timedelta(hours=48)
"""How long the other side may think about another time."""
ANSWER_AFTER_OFFER = timedelta(hours=1)
"""What a mentor has at least for the request itself when the other time they offered came to nothing."""
MEET_AGAIN = timedelta(hours=24)
"""How long the two may agree on another time after a technical failure, before the money goes back."""
START_LATER = timedelta(minutes=15)
"""What one tap on "Start 15 minutes later" proposes."""
HOLD_FROM_LINE = timedelta(minutes=30)
"""How long a freed seat stays with the first of the waiting list."""


def decide_by(requested_at: datetime, starts_at: datetime, answer_seconds: int | None = None) -> datetime:
    """Until when the mentor may answer (R5): for 24 h or until half an hour before the start; a later request until the start.

    With `answer_seconds` for so long, but never past the start.
    """
    if answer_seconds is not None:
        return min(requested_at + timedelta(seconds=answer_seconds), starts_at)
    usual = min(requested_at + ANSWER, starts_at - BEFORE_START)
    return usual if usual > requested_at else starts_at


def money_due_by(accepted_at: datetime, starts_at: datetime) -> datetime:
    """Until when money on its way may arrive: half an hour before the start, or the start itself when accepted later than that."""
    usual = starts_at - BEFORE_START
    return usual if accepted_at < usual else starts_at


def time_to_pay(at: datetime, starts_at: datetime) -> timedelta:
    """How long money may be on its way when it is sent at a moment."""
    return max(money_due_by(at, starts_at) - at, timedelta())


def join_opens_at(starts_at: datetime) -> datetime:
    """From when both may enter the room."""
    return starts_at - JOIN_OPENS


def is_joinable(starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether Join works at a moment."""
    return join_opens_at(starts_at) <= at < ends_at + OVERRUN


def line_closes_at(starts_at: datetime) -> datetime:
    """Until when seats of a session go to its waiting list; later ones are free for everybody."""
    return starts_at - BEFORE_START


def reminder_due(starts_at: datetime, reminded_at: datetime | None, at: datetime) -> timedelta | None:
    """The lead of the reminder to send at a moment: the latest that has come, unless they heard of this time since; None for none.

    One that was slept through is not made up for beside the next.
    """
    come = [lead for lead in REMINDERS if starts_at - lead <= at < starts_at]
    if not come or (reminded_at is not None and reminded_at >= starts_at - min(come)):
        return None
    return min(come)


def reminded_by_agreeing(starts_at: datetime, at: datetime) -> datetime | None:
    """Whoever agrees on a time at a moment needs no reminder that was due before it; only that it begins now is said even so."""
    return at if at < starts_at - REMINDER else None
