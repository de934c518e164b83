"""The sum of a settlement or a dispute and its reason, in words for each of the two."""

from app.bookings.dispute_models import Dispute, DisputeEnding, DisputeKind
from app.bookings.settlement_models import Settlement, Verdict


def explain(settled: Settlement, *, to_mentor: bool, other: str) -> str:
    """One or two sentences; `other` is the first name of the one on the other side."""
    if settled.price_minor == 0:
        return _explain_free(settled, to_mentor, other)
    back = _back(settled, f"to {other}" if to_mentor else "to you")
    came = "You did" if to_mentor == (settled.verdict is Verdict.MENTOR_ABSENT) else f"{other} did"
    match settled.verdict:
        case Verdict.TAUGHT:
            return f"{_together(settled)} Paid in full."
        case Verdict.CUT_SHORT:
            return f"{_together(settled)} {_why(settled, to_mentor, other)}: {back}"
        case Verdict.MENTOR_ABSENT | Verdict.LEARNER_ABSENT:
            return f"{came} not come: {back}"
        case Verdict.BOTH_ABSENT:
            return f"You did not meet: {back}"
        case Verdict.TECHNICAL:
            return f"Somebody tried to come in and could not: {back} It counts against nobody."
        case Verdict.CANCELED_BY_LEARNER:
            return f"{other if to_mentor else 'You'} canceled{_notice(settled)}: {back}{_rest(settled, to_mentor, other)}"
        case Verdict.CANCELED_BY_MENTOR:
            strike = " That was late, and counts against you." if to_mentor and settled.is_strike else ""
            return f"{'You' if to_mentor else other} canceled{_notice(settled)}: {back}{strike}"
        case Verdict.MENTOR_SUSPENDED:
            return f"It cannot take place any more: {back}"


def _explain_free(settled: Settlement, to_mentor: bool, other: str) -> str:
    """What became of a free session: nothing was paid, so nothing goes back."""
    missing = {Verdict.MENTOR_ABSENT: to_mentor, Verdict.LEARNER_ABSENT: not to_mentor}
    if settled.verdict in missing:
        return f"{'You' if missing[settled.verdict] else other} did not come."
    canceling = {Verdict.CANCELED_BY_MENTOR: to_mentor, Verdict.CANCELED_BY_LEARNER: not to_mentor}
    if settled.verdict in canceling:
        return f"{'You' if canceling[settled.verdict] else other} canceled{_notice(settled)}."
    if settled.verdict is Verdict.MENTOR_SUSPENDED:
        return "It cannot take place any more."
    if settled.verdict in (Verdict.TAUGHT, Verdict.CUT_SHORT):
        return _together(settled)
    return "Somebody tried to come in and could not." if settled.verdict is Verdict.TECHNICAL else "You did not meet."


def _back(settled: Settlement, to_whom: str) -> str:
    if settled.refund_minor == 0:
        return f"{settled.price} stays paid."
    if settled.refund_minor == settled.price_minor:
        return f"all of {settled.price} goes back {to_whom}."
    return f"{settled.refund} of {settled.price} goes back {to_whom}."


def _notice(settled: Settlement) -> str:
    seconds = settled.notice_seconds or 0
    if seconds >= 48 * 3600:
        return f" {seconds // 86400} days before the start"
    return f" {seconds // 3600} h before the start" if seconds >= 3600 else f" {max(1, seconds // 60)} min before the start"


def _rest(settled: Settlement, to_mentor: bool, other: str) -> str:
    if settled.refund_minor in (0, settled.price_minor):
        return ""
    return f" The rest is {'yours' if to_mentor else other + '’s'}."


def _together(settled: Settlement) -> str:
    together = min(settled.both_seconds, settled.duration_seconds)
    return f"{_minutes(together)} of {_minutes(settled.duration_seconds)} min together."


def _why(settled: Settlement, to_mentor: bool, other: str) -> str:
    """What was lost of the time, and how."""
    away, technical, out = settled.mentor_away_seconds, settled.technical_seconds, settled.removed_seconds
    reasons = [
        f"{'you were' if to_mentor else f'{other} was'} away for {_span(away)}" if away else "",
        f"the line was broken for {_span(technical)}" if technical else "",
        f"{f'{other} was' if to_mentor else 'you were'} asked to leave, and out for {_span(out)}" if out else "",
    ]
    *before, last = [reason for reason in reasons if reason] or ["a moment of it was lost"]
    words = f"{', '.join(before)}, and {last}" if before else last
    return words[0].upper() + words[1:]


def _span(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{_minutes(seconds)} min"


def _minutes(seconds: int) -> int:
    return round(seconds / 60)


def explain_dispute(dispute: Dispute, *, to_mentor: bool, other: str) -> str:
    """What came of a settled dispute, in one or two sentences; `other` is the first name of the one on the other side."""
    opener_is_me = to_mentor == (dispute.kind is DisputeKind.STRIKE)
    how = {
        DisputeEnding.AGREED: "You both agreed:",
        DisputeEnding.NO_ANSWER: f"{other if opener_is_me else 'You'} did not answer in a week:",
        DisputeEnding.DECIDED: "We have decided:",
    }[dispute.ending or DisputeEnding.DECIDED]
    if dispute.kind is DisputeKind.STRIKE:
        return f"{how} the strike {'is lifted' if dispute.is_strike_lifted else 'stays'}. No money moves."
    if not dispute.is_about_money:
        return "We have decided. No money moves." if dispute.ending is DisputeEnding.DECIDED else f"{how} it was as reported."
    whom = f"to {other}" if to_mentor else "to you"
    return f"{how} {f'{dispute.refund} goes back {whom}.' if dispute.refund.amount_minor else 'nothing more goes back.'}"
