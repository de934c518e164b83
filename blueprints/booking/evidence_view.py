"""What the room measured about a booking, as it is drawn: a bar for each of the two, and the same in words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.bookings.explaining import explain
from app.bookings.models import Booking
from app.bookings.room_log import PersonLog, RoomLog, room_log
from app.web.filters import plural, viewer_zone, when, zone_name
from app.web.money import Side

WIDTH = 1000
"""Units across a bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One person's time in the room: (x, width) pairs, the places of failed tries, and the same in words."""

    name: str
    spans: tuple[tuple[int, int], ...]
    tries: tuple[int, ...]
    words: str
    total: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """`planned` is (x, width) of the agreed time; `outcome` is what the settlement made of it."""

    bars: tuple[Bar, ...]
    planned: tuple[int, int]
    day: str
    starts: str
    ends: str
    zone: str
    outcome: str


def evidence_of(booking: Booking, side: Side) -> EvidenceView:
    """Both people see the same bars, by the server's clock, in the viewer's zone."""
    log, zone, settled = room_log(booking), viewer_zone(), booking.settlement
    return EvidenceView(
        bars=tuple(_bar(log, person, zone) for person in log.people),
        planned=_place(log, log.planned.start, log.planned.end),
        day=when(log.planned.start).rsplit(" ", 1)[0].rstrip(","),
        starts=_clock(log.planned.start, zone),
        ends=_clock(log.planned.end, zone),
        zone=zone_name(log.planned.start, zone),
        outcome=explain(settled, to_mentor=side.teaches, other=side.other) if settled else "",
    )


def _bar(log: RoomLog, one: PersonLog, zone: str) -> Bar:
    stays = ", ".join(f"{_clock(stay.start, zone)} – {_clock(stay.end, zone)}" for stay in one.stays) or "Not in the room"
    tries = ", ".join(_clock(at, zone) for at in one.failed_tries)
    return Bar(
        name=one.person.name.split()[0],
        spans=tuple(_place(log, stay.start, stay.end) for stay in one.stays),
        tries=tuple(_x(log, at) for at in one.failed_tries),
        words=stays + (f". Could not get in at {tries}" if tries else ""),
        total=plural(round(one.seconds / 60), "min", "min"),
    )


def _place(log: RoomLog, start: datetime, end: datetime) -> tuple[int, int]:
    """Where a stretch begins and how wide it is; never so thin that it cannot be seen."""
    begin = _x(log, start)
    return begin, max(4, _x(log, end) - begin)


def _x(log: RoomLog, at: datetime) -> int:
    return round(WIDTH * (at - log.window.start) / (log.window.end - log.window.start))


def _clock(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"
