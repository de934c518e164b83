"""View models of open slots: days and times by the viewer's clock, the mentor's beside it, each one tap from Book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from app.kernel.clock import now
from app.lessons.appointment_offer_models import Offer
from app.lessons.appointment_offers import Calendar
from app.lessons.clock_changes import Shift, shifts
from app.lessons.plan import Plan
from app.web.cards import LessonCard, minutes_text, person_chip
from app.web.filters import iso, relative, viewer_zone, when, zone_name

DAYS_SHOWN = 7
FEW = 4


@dataclass(frozen=True, slots=True)
class SlotChip:
    """One start: the viewer's clock, the mentor's where it differs, and where Book leads."""

    at: datetime
    clock: str
    theirs: str | None
    label: str
    url: str
    book_url: str


@dataclass(frozen=True, slots=True)
class SlotDay:
    """A day of the viewer's with its starts."""

    label: str
    zone: str
    slots: tuple[SlotChip, ...]


@dataclass(frozen=True, slots=True)
class SlotPage:
    """A week of free days from the first one asked for; the addresses lead to the weeks beside it, if anything is free there."""

    days: tuple[SlotDay, ...]
    earlier: date | None
    later: date | None
    zone: str


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer with its next free times."""

    id: int
    title: str
    url: str
    duration: str
    price: str
    topics: tuple[str, ...]
    is_instant: bool
    soonest: tuple[SlotChip, ...]


def slot_page(offer: Offer, calendar: Calendar | None, first: date | None, zone: str | None = None) -> SlotPage:
    """Seven days from `first` (the viewer's days), or from the first day with a free time."""
    zone = zone or viewer_zone()
    starts = calendar.slots(offer.duration_minutes) if calendar else []
    by_day: dict[date, list[datetime]] = {}
    for start in starts:
        by_day.setdefault(start.astimezone(ZoneInfo(zone)).date(), []).append(start)
    days = sorted(by_day)
    begin = first or (days[0] if days else now().astimezone(ZoneInfo(zone)).date())
    end = begin + timedelta(days=DAYS_SHOWN)
    shown = tuple(_day(offer, calendar, day, by_day[day], zone) for day in days if begin <= day < end)
    before = [day for day in days if day < begin]
    return SlotPage(
        days=shown,
        earlier=max(before[0], begin - timedelta(days=DAYS_SHOWN)) if before else None,
        later=next((day for day in days if day >= end), None),
        zone=zone,
    )


def slot_chips(offer: Offer, calendar: Calendar, starts: Sequence[datetime], zone: str | None = None) -> tuple[SlotChip, ...]:
    """Starts with their day named, for short lists."""
    return tuple(_chip(offer, calendar.plan, start, zone or viewer_zone(), named=True) for start in starts)


def offer_cards(offers: Sequence[Offer], calendar: Calendar | None) -> list[OfferCard]:
    """Many offers of one mentor; the calendar was read once."""
    return [
        OfferCard(
            id=offer.id,
            title=offer.title,
            url=url_for("visitor.offer", offer_id=offer.id),
            duration=minutes_text(offer.duration_minutes),
            price=str(offer.price),
            topics=tuple(topic.name for topic in offer.topics),
            is_instant=offer.is_instant,
            soonest=slot_chips(offer, calendar, calendar.slots(offer.duration_minutes)[:FEW]) if calendar else (),
        )
        for offer in offers
    ]


def card_of_slot(offer: Offer, start: datetime) -> LessonCard:
    """A slot as the session it will be when it is booked."""
    zone = viewer_zone()
    place = url_for("visitor.offer", offer_id=offer.id, at=iso(start))
    return LessonCard(
        id=0,
        title=offer.title,
        description=offer.description,
        url=place,
        details_url="",
        mentor=person_chip(offer.mentor),
        starts_at=start,
        when=when(start, zone),
        zone=zone_name(start, zone),
        relative=relative(start),
        duration=minutes_text(offer.duration_minutes),
        price=str(offer.price),
        topics=tuple(topic.name for topic in offer.topics),
        art_url=art_of(offer),
        seats=None,
        book_url=url_for("learner.slot", offer_id=offer.id, at=iso(start)),
        state_note=None,
        is_live=False,
        is_instant=offer.is_instant,
    )


def art_of(offer: Offer) -> str:
    """The drawing of an offer."""
    return url_for("visitor.art", seed=f"{offer.topics[0].slug if offer.topics else 'session'}-offer-{offer.id}")


def moment_of(text: str | None) -> datetime | None:
    """What `iso` wrote, read again; None for anything else, and for years in which no clock is known."""
    try:
        moment = datetime.strptime((text or "")[:20], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if abs(moment.year - now().year) <= 2 else None


def day_from(text: str | None) -> date | None:
    """A day of a query string, in years in which clocks make sense."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day if abs(day.year - now().year) <= 2 else None


def shift_texts(plan: Plan, zone: str) -> list[str]:
    """`From Sun 29 Mar your hours are one hour later for learners in Europe/London…`: what clock changes do in four weeks."""
    return [_shift_text(shift, plan, zone) for shift in shifts(plan, zone, now())]


def _shift_text(shift: Shift, plan: Plan, zone: str) -> str:
    local = shift.at.astimezone(ZoneInfo(shift.zone))
    way = "later" if shift.minutes > 0 else "earlier"
    size = minutes_text(abs(shift.minutes))
    day = f"{local:%a} {local.day} {local:%b}"
    return f"Clocks change in {shift.zone.replace('_', ' ')} on {day}: from then on your hours are {size} {way} on their clock."


def _day(offer: Offer, calendar: Calendar | None, day: date, starts: list[datetime], zone: str) -> SlotDay:
    today = now().astimezone(ZoneInfo(zone)).date()
    names = {0: "Today", 1: "Tomorrow"}
    label = f"{names.get((day - today).days, f'{day:%A}')}, {day.day} {day:%b}"
    plan = calendar.plan if calendar else Plan(zone)
    return SlotDay(label, zone_name(starts[0], zone), tuple(_chip(offer, plan, start, zone) for start in starts))


def _chip(offer: Offer, plan: Plan, start: datetime, zone: str, *, named: bool = False) -> SlotChip:
    local = start.astimezone(ZoneInfo(zone))
    return SlotChip(
        at=start,
        clock=when(start, zone) if named else f"{local:%H:%M}",
        theirs=_their_clock(start, plan.zone_on(plan.day_of(start)), zone),
        label=f"Book {when(start, zone)} {zone_name(start, zone)}",
        url=url_for("visitor.offer", offer_id=offer.id, at=iso(start)),
        book_url=url_for("learner.slot", offer_id=offer.id, at=iso(start)),
    )


def _their_clock(start: datetime, theirs: str, mine: str) -> str | None:
    """`09:00 CET`, with the weekday where it is another day there; None when both clocks show the same."""
    there, here = start.astimezone(ZoneInfo(theirs)), start.astimezone(ZoneInfo(mine))
    if there.utcoffset() == here.utcoffset():
        return None
    weekday = "" if there.date() == here.date() else f"{there:%a} "
    return f"{weekday}{there:%H:%M} {zone_name(start, theirs)}"
