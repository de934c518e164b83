"""What templates may call: time in words, money, plurals."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask_login import current_user

from app.accounts.service import known_timezone
from app.kernel.clock import now
from app.kernel.money import Money


def init_app(app: Flask) -> None:
    """Register filters and globals."""
    app.add_template_filter(when, "when")
    app.add_template_filter(relative, "relative")
    app.add_template_filter(day, "day")
    app.add_template_filter(iso, "iso")
    app.add_template_filter(plural, "plural")
    app.add_template_global(now, "now")
    app.add_template_global(greeting, "greeting")


def viewer_zone() -> str:
    """The zone times are shown in: the account's, else the browser's (its cookie), else UTC."""
    if current_user.is_authenticated:
        return current_user.timezone
    return known_timezone(request.cookies.get("tz", "UTC"))


def when(moment: datetime, zone: str | None = None) -> str:
    """`Today 18:30`, `Tomorrow 09:00`, `Tue 24 Nov, 18:30`, with the year when it is another one."""
    zone = zone or viewer_zone()
    local, today = _local(moment, zone), _local(now(), zone)
    days = (local.date() - today.date()).days
    named = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}
    if days in named:
        return f"{named[days]} {local:%H:%M}"
    year = "" if local.year == today.year else f" {local:%Y}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def when_inside(moment: datetime, zone: str | None = None) -> str:
    """The same in the middle of a sentence: `tomorrow 09:00`."""
    text = when(moment, zone)
    return text[0].lower() + text[1:] if text.startswith(("Today", "Tomorrow", "Yesterday")) else text


def zone_name(moment: datetime, zone: str) -> str:
    """The zone's short name at that moment (`IST`, `CET`, `GMT+4`)."""
    name = moment.astimezone(ZoneInfo(zone)).tzname() or zone
    return f"GMT{name[:3]}" + (f":{name[3:]}" if name[3:] else "") if name[0] in "+-" else name


def their_clock(moment: datetime, zone: str) -> str | None:
    """`03:40 EAT`, with the weekday where it is another day there (`Tue 03:40 EAT`); None when the viewer's clock shows the same.

    Never "today" or "tomorrow": beside the viewer's own day that would be another one's.
    """
    theirs, mine = _local(moment, zone), _local(moment, None)
    if theirs.utcoffset() == mine.utcoffset():
        return None
    weekday = "" if theirs.date() == mine.date() else f"{theirs:%a} "
    return f"{weekday}{theirs:%H:%M} {zone_name(moment, zone)}"


def day(moment: datetime, zone: str | None = None) -> str:
    """`24 Nov 2026`."""
    local = _local(moment, zone)
    return f"{local.day} {local:%b %Y}"


def greeting() -> str:
    """`Good evening · Sunday 22 November`, by the viewer's own clock."""
    local = _local(now(), None)
    part = "morning" if 5 <= local.hour < 12 else "afternoon" if 12 <= local.hour < 18 else "evening"
    return f"Good {part} · {local:%A} {local.day} {local:%B}"


def iso(moment: datetime) -> str:
    """For `datetime` attributes: UTC with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def relative(moment: datetime) -> str:
    """`in 42 min`, `in 3 h`, `in 2 days`, `now`, `5 min ago`: rounded down, so it never promises more time than there is."""
    gap = moment - now()
    size = abs(gap)
    if size < timedelta(minutes=1):
        return "now"
    if size < timedelta(hours=1):
        text = f"{size // timedelta(minutes=1)} min"
    elif size < timedelta(days=1):
        text = f"{size // timedelta(hours=1)} h"
    else:
        text = plural(size // timedelta(days=1), "day")
    return f"in {text}" if gap > timedelta() else f"{text} ago"


def price_words(price: Money) -> str:
    """`$18`, or `Free`."""
    return "Free" if price.is_zero else str(price)


def plural(count: int, word: str, many: str | None = None) -> str:
    """`1 review`, `31 reviews`."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"


def _local(moment: datetime, zone: str | None) -> datetime:
    return moment.astimezone(ZoneInfo(zone or viewer_zone()))
