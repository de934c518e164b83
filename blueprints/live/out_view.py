"""View model of the room's page for whoever was asked to leave it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.bookings import attendance, removals
from app.bookings.queries import by_id
from app.bookings.removal_models import RoomRemoval
from app.kernel.clock import now
from app.live.queries import Visit
from app.live.receipt_words import mm_ss
from app.live.removal import may_ask_at
from app.web.cards import PersonChip, person_chip
from app.web.filters import viewer_zone
from app.web.guards import see_other


@dataclass(frozen=True, slots=True)
class OutPage:
    """`since`, `asked` and `declined` are times on the viewer's clock, empty when it has not come to that; `again_at` is the moment
    from which the mentor may be asked (again), None when that is now."""

    public_id: str
    title: str
    mentor: PersonChip
    since: str
    together: str
    is_free: bool
    asked: str
    declined: str
    again_at: datetime | None
    again: str


def out_page(visit: Visit, viewer: User) -> OutPage | None:
    """The page of one who is out; None when they were let back this very moment."""
    lesson = visit.room.lesson
    removal = removals.standing_of(lesson.id, viewer.id)
    if removal is None:
        return None
    again_at = may_ask_at(removal)
    return OutPage(
        public_id=visit.room.public_id,
        title=lesson.title,
        mentor=person_chip(lesson.mentor),
        since=_clock(removal.removed_at),
        together=mm_ss(attendance.both_present_seconds(lesson.id, lesson.mentor_id, viewer.id)),
        is_free=visit.seat.booking_id is None or by_id(visit.seat.booking_id).is_free,
        asked=_clock(removal.asked_at) if removal.is_asking else "",
        declined=_declined(removal),
        again_at=again_at if again_at > now() else None,
        again=_clock(again_at),
    )


def render_out(visit: Visit, viewer: User, template: str = "live/out.html") -> ResponseReturnValue:
    """The whole page, or its part; the way into the room when nothing bars it any more."""
    page = out_page(visit, viewer)
    if page is None:
        return see_other(url_for("live.room", room_id=visit.room.public_id))
    return render_template(template, page=page)


def _declined(removal: RoomRemoval) -> str:
    return _clock(removal.declined_at) if removal.declined_at is not None and not removal.is_asking else ""


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZoneInfo(viewer_zone())):%H:%M}" if moment is not None else ""
