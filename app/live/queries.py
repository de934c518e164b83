"""Reading rooms: whose they are, who is in them, what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.bookings import attendance, policies, removals, waiting, witnesses
from app.bookings import queries as bookings
from app.bookings.attendance_models import PresenceInterval
from app.bookings.explaining import explain
from app.bookings.overrun import hard_stop
from app.bookings.queries import Seat, ids_expected, is_expected, seat_in_room, was_canceled
from app.bookings.removal_models import is_out
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.lessons.models import Lesson
from app.live.messages import ChatLine, KeptFile, Person, Pulse
from app.live.models import Room, RoomMessage
from app.live.timer import timer_state

LAST_MINUTES = timedelta(minutes=11)
"""From so long before the planned end on the hard stop is told: it may be that end itself, and is warned of ten minutes ahead."""
CHAT_TAIL = 200
"""So many of the latest chat lines are shown to whoever comes in."""


_LIGHT = (joinedload(Room.lesson, innerjoin=True).lazyload(Lesson.lesson_topics),)
"""A room is read at every step of everybody in it; what the lesson is about is asked for by few."""
_ROOMS = select(Room).options(*_LIGHT)


class Phase(StrEnum):
    """Where a room is in its life."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Visit:
    """A room as one member may use it. While it goes on without them: `is_out` because its mentor asked them to leave, `is_missed`
    because it was decided that they did not come."""

    room: Room
    seat: Seat
    phase: Phase
    is_out: bool
    is_missed: bool


def visit(user: User, public_id: str) -> Visit:
    """The room at this address, for somebody with a seat in it; NotFound for everybody else."""
    found = db.session.execute(_VISITED, {"user_id": user.id, "public_id": public_id}).first()
    room, is_removed = found or (None, False)
    seat = seat_in_room(user, room.lesson_id) if room is not None else None
    if room is None or seat is None:
        raise NotFound(_why_not(user, room))
    phase = phase_of(room)
    goes_on = phase is not Phase.OVER
    return Visit(room, seat, phase, is_out=bool(is_removed) and goes_on, is_missed=goes_on and not seat.is_expected)


def _why_not(user: User, room: Room | None) -> str:
    """Whoever had a chair may read where it went; to everybody else the room does not exist."""
    had_one = room is not None and was_canceled(user.id, room.lesson_id)
    return "This booking was canceled." if had_one else "We could not find this session."


_VISITED = _ROOMS.add_columns(is_out(Room.lesson_id, bindparam("user_id"))).where(Room.public_id == bindparam("public_id"))


def look_in(user: User, public_id: str) -> Visit:
    """The same for whoever wants to read what those inside share; PutOut or Missed while it goes on without them."""
    found = visit(user, public_id)
    require_expected(found)
    if found.is_out:
        raise attendance.PutOut
    return found


def require_expected(visit: Visit) -> None:
    """Raise Missed, with what became of the money, for whoever was found not to have come while the others go on."""
    if not visit.is_missed or visit.seat.booking_id is None:
        return
    settled, mentor = bookings.by_id(visit.seat.booking_id).settlement, visit.room.lesson.mentor
    outcome = "" if settled is None else f" {explain(settled, to_mentor=False, other=mentor.name.split()[0])}"
    raise attendance.Missed(attendance.Missed.message + outcome)


def phase_of(room: Room) -> Phase:
    """Not yet, now, or no more."""
    if room.ended_at is not None or _has_run_out(room):
        return Phase.OVER
    return Phase.EARLY if now() < policies.join_opens_at(room.lesson.starts_at) else Phase.OPEN


def sits(user_id: int, public_id: str, connection: str) -> bool:
    """Whether this very connection holds this person's seat in this open room: every right at once, in one query."""
    asked = {"user_id": user_id, "public_id": public_id, "connection": connection, "ends_after": now() - policies.OVERRUN}
    return db.session.scalar(_SEAT, asked) is not None


_SEAT = (
    select(PresenceInterval.id)
    .join(Room, Room.lesson_id == PresenceInterval.lesson_id)
    .join(Lesson, Lesson.id == Room.lesson_id)
    .join(User, User.id == PresenceInterval.user_id)
    .where(Room.public_id == bindparam("public_id"), Room.ended_at.is_(None), Lesson.ends_at > bindparam("ends_after"))
    .where(PresenceInterval.connection == bindparam("connection"), PresenceInterval.left_at.is_(None))
    .where(User.id == bindparam("user_id"), User.disabled_at.is_(None), is_expected(bindparam("user_id")))
)
"""Built once: asked for with every signal, building it took longer than answering it."""


def room_of(lesson_id: int) -> Room:
    """A lesson's room; NotFound before anybody is confirmed for it."""
    room = of_lesson(lesson_id)
    if room is None:
        raise NotFound("We could not find this session.")
    return room


def of_lesson(lesson_id: int) -> Room | None:
    """A lesson's room, once somebody is confirmed for it."""
    return db.session.scalar(_ROOMS.where(Room.lesson_id == lesson_id))


def at(public_id: str) -> Room:
    """The room at an address, for somebody whose right was checked already; NotFound when there is none."""
    room = _at(public_id)
    if room is None:
        raise NotFound("We could not find this session.")
    return room


def by_id(room_id: int) -> Room | None:
    """A room, read afresh when it may be stale; for code that acts for nobody in particular."""
    return db.session.get(Room, room_id, options=_LIGHT)


def pulse(room: Room) -> Pulse:
    """Who is here and how long it has been."""
    moment = now()
    mentor_id = room.lesson.mentor_id
    rows = attendance.intervals(room.lesson_id)
    alive = {row.user_id: row.alive_until for row in rows if row.left_at is None and row.alive_until >= moment}
    known, ends_at = witnesses.witnessed(room.lesson_id), room.lesson.ends_at
    measured = witnesses.credits(known, mentor_id, {row.user_id for row in rows} - {mentor_id})
    timer = timer_state(attendance.spans_of(rows, moment), alive, mentor_id, at=moment, ends_at=ends_at, measured=measured)
    ending_in = max(0.0, (room.ending_at - moment).total_seconds()) if room.ending_at else None
    expected = attendance.vanished_of(rows, attendance.RETURN_PATIENCE, [one.gap for one in known])
    if expected:
        expected -= {removal.user_id for removal in removals.standing(room.lesson_id)}
    people = _people(room, set(alive), expected)
    return Pulse(people, timer, ending_in=ending_in, decides_in=_decides_in(room, set(alive)), stops_in=_stops_in(room))


def people_expected(room: Room) -> set[int]:
    """Ids of all who belong in an open room, there or not."""
    return ids_expected(room.lesson_id)


def chat_tail(room: Room) -> list[ChatLine]:
    """The latest lines, oldest first."""
    query = select(RoomMessage).where(RoomMessage.room_id == room.id).order_by(RoomMessage.id.desc()).limit(CHAT_TAIL)
    return [line_of(message) for message in reversed(db.session.scalars(query).all())]


def line_of(message: RoomMessage) -> ChatLine:
    """A stored chat line as it travels."""
    return ChatLine(
        number=message.id,
        client_id=message.client_id,
        sender=message.sender_id,
        name=message.sender.name,
        text=message.text,
        sent_at=message.sent_at.isoformat(),
        file=KeptFile(message.file.key, message.file.size) if message.file else None,
    )


def _at(public_id: str) -> Room | None:
    return db.session.scalar(_ROOMS.where(Room.public_id == public_id))


def due_to_end() -> Sequence[Room]:
    """Rooms whose undo time or hard stop is over but that are still open."""
    query = (
        select(Room)
        .join(Room.lesson)
        .where(Room.ended_at.is_(None), (Room.ending_at <= now()) | (Lesson.ends_at <= now()))
    )
    return [room for room in db.session.scalars(query) if is_due_to_end(room)]


def is_due_to_end(room: Room) -> bool:
    """Has its undo time or its hard stop passed without anybody closing it?"""
    if room.ended_at is not None:
        return False
    undo_is_over = room.ending_at is not None and room.ending_at <= now()
    return undo_is_over or _has_run_out(room)


def _has_run_out(room: Room) -> bool:
    """Is its hard stop over? Asked of the calendars only once the planned end is."""
    return now() >= room.lesson.ends_at and now() >= hard_stop(room.lesson)


def _stops_in(room: Room) -> float | None:
    """Seconds to the hard stop, once it can be near."""
    if now() < room.lesson.ends_at - LAST_MINUTES:
        return None
    return (hard_stop(room.lesson) - now()).total_seconds()


def _decides_in(room: Room, present: set[int]) -> float | None:
    """Asked for only when it can be: a full room of two has nobody to wait for, and this is said every five seconds."""
    lesson = room.lesson
    if now() < lesson.starts_at or (lesson.capacity == 1 and len(present) > 1):
        return None
    return waiting.decision_in(lesson.id)


def _people(room: Room, present: set[int], expected: set[int]) -> list[Person]:
    people = db.session.execute(_NAMES, {"ids": sorted(present | expected)})
    mentor_id = room.lesson.mentor_id
    return [
        Person(person_id, name, "mentor" if person_id == mentor_id else "learner", is_here=person_id in present)
        for person_id, name in people
    ]


_NAMES = select(User.id, User.name).where(User.id.in_(bindparam("ids", expanding=True))).order_by(User.id)


@dataclass(frozen=True, slots=True)
class Door:
    """A lesson's room from outside: its address, and whether it is being taught in now."""

    public_id: str
    is_running: bool


_DOORS = select(Room.lesson_id, Room.public_id, Room.opened_at.is_not(None) & Room.ended_at.is_(None)).where(
    Room.lesson_id.in_(bindparam("lesson_ids", expanding=True))
)


def doors(lesson_ids: Iterable[int]) -> dict[int, Door]:
    """The rooms of these lessons, for those that have one."""
    rows = db.session.execute(_DOORS, {"lesson_ids": list(lesson_ids)})
    return {lesson_id: Door(public_id, bool(is_running)) for lesson_id, public_id, is_running in rows}
