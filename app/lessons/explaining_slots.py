"""Why a time is not offered, in a sentence a learner can do something with."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.lessons.hours import clock_text
from app.lessons.plan import Plan
from app.lessons.slots import Rule


def sentence(rule: Rule, plan: Plan, mentor: str, start: datetime) -> str:
    """One rule in words; `mentor` is a first name. Clock times are the mentor's, with their zone."""
    day = plan.day_of(start)
    zone = plan.zone_on(day)
    clock = f"{start.astimezone(ZoneInfo(zone)):%H:%M} in {zone.replace('_', ' ')}"
    texts = {
        Rule.PAST: "This time has passed.",
        Rule.NOTICE: f"{mentor} wants to know {span(plan.notice)} before. Choose a later time.",
        Rule.HORIZON: f"{mentor} can be booked {plan.horizon} days ahead. Choose an earlier day.",
        Rule.AWAY: f"{mentor} is away on this day.",
        Rule.CLOSED: f"{mentor} does not teach on this day.",
        Rule.OUTSIDE: f"It is {clock} then, outside {mentor}’s hours ({hours_text(plan, start)}).",
        Rule.TOO_LONG: f"It is {clock} then: the session would not be over within {mentor}’s hours ({hours_text(plan, start)}).",
        Rule.STEP: f"{mentor}’s sessions begin every {plan.step} minutes of their hours ({hours_text(plan, start)}).",
        Rule.BUSY: "Slot taken, try another",
        Rule.BUFFER: f"{mentor} keeps {span(plan.buffer_before + plan.buffer_after)} free between sessions, and has one near it.",
        Rule.DAILY: f"{mentor} teaches at most {plan.daily_limit} a day, and this day is full.",
    }
    return texts[rule]


def hours_text(plan: Plan, start: datetime) -> str:
    """`09:00–12:00, 14:00–17:00`: the hours of a start's day, by the mentor's clock."""
    return ", ".join(f"{clock_text(begins)}–{clock_text(ends)}" for begins, ends in plan.ranges_on(plan.day_of(start)))


def span(minutes: int) -> str:
    """`15 min`, `2 h`, `3 days`."""
    if minutes and minutes % 1440 == 0:
        return "a day" if minutes == 1440 else f"{minutes // 1440} days"
    return f"{minutes // 60} h" if minutes and minutes % 60 == 0 else f"{minutes} min"
