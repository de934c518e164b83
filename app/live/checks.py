"""The video check before a session: what came of it, and how ready the people of a room are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from sqlalchemy import bindparam, select

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.queries import MEETING
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.kernel.wire import Text, write
from app.lessons.models import Lesson
from app.live import queries
from app.live.check_models import DeviceCheck, Mark
from app.live.events import DevicesChecked
from app.live.models import Room
from app.live.queries import Phase
from app.live.service import SessionOver

COUNTS_FOR = timedelta(hours=24)
"""How long a check says something about the devices of today."""

Reason = Annotated[str, Text(1, 24, r"[a-z]+(_[a-z]+)*")]
"""One word of static/js/live/check/verdicts.js."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one thing that everybody has went, and why."""

    mark: Literal["green", "yellow", "red"]
    reason: Reason


@dataclass(frozen=True, slots=True)
class RelayStep:
    """How the run over the relay alone went; "none" where no relay is set up."""

    mark: Literal["green", "yellow", "red", "none"]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Report:
    """A whole check, as the browser reports it."""

    camera: Step
    microphone: Step
    speakers: Step
    network: Step
    relay: RelayStep


def report_check(person: User, public_id: str, report: Report) -> DeviceCheck:
    """Keep what a check came to, in place of the one before. Raises NotFound for a stranger, SessionOver after the end."""
    with transaction() as tx:
        visit = queries.visit(person, public_id)
        if visit.phase is Phase.OVER:
            raise SessionOver
        # the room's lock, so that two taps at once make one row
        room = db.session.get_one(Room, visit.room.id, populate_existing=True, with_for_update={"of": Room})
        mine = (DeviceCheck.room_id == room.id, DeviceCheck.user_id == person.id)
        check = db.session.scalar(select(DeviceCheck).where(*mine)) or DeviceCheck(room_id=room.id, user_id=person.id)
        check.checked_at, check.steps = now(), write(report)
        check.result = worst(step["mark"] for step in check.steps.values())
        db.session.add(check)
        tx.publish(DevicesChecked(room.id, room.lesson_id, person.id))
    return check


def worst(marks: Iterable[str]) -> Mark:
    """One word for all: red before yellow before green."""
    found = set(marks)
    return next((mark for mark in (Mark.RED, Mark.YELLOW) if mark in found), Mark.GREEN)


_CHECKS = (
    select(Lesson.id, DeviceCheck, (DeviceCheck.room_id == Room.id) | (DeviceCheck.result == Mark.GREEN))
    .join(Booking, (Booking.lesson_id == Lesson.id) & Booking.state.in_(MEETING))
    .join(Room, Room.lesson_id == Lesson.id)
    .join(DeviceCheck, DeviceCheck.user_id.in_((Booking.learner_id, Lesson.mentor_id)))
    .where(Lesson.id.in_(bindparam("lesson_ids", expanding=True)), DeviceCheck.checked_at > bindparam("since"))
    .order_by(DeviceCheck.checked_at, DeviceCheck.id)
)


def checks_of(lesson_ids: Iterable[int]) -> dict[tuple[int, int], DeviceCheck]:
    """The checks that still count, by lesson and person: one query for any number of rooms.

    Of each person the latest one: if it was for this room, or went well. Who was ready an hour ago need not check again; what went
    wrong elsewhere is only no news from here.
    """
    rows = db.session.execute(_CHECKS, {"lesson_ids": list(lesson_ids), "since": now() - COUNTS_FOR})
    latest = {(lesson_id, check.user_id): (check, bool(counts)) for lesson_id, check, counts in rows}
    return {key: check for key, (check, counts) in latest.items() if counts}
