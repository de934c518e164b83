"""What may be done in a room. Each use case checks anew that the person belongs here and that the room is open."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import queries as accounts
from app.accounts.models import User
from app.bookings import attendance, removals, witnesses
from app.bookings.attendance_models import Link
from app.extensions import db
from app.kernel import jobs as background
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed
from app.kernel.ids import new_public_id
from app.kernel.transaction import transaction
from app.live import queries
from app.live.events import RoomEnded, RoomEnding, RoomEndUndone, RoomEntered, RoomLeft, RoomSaid
from app.live.models import Room, RoomMessage
from app.live.queries import Phase, Visit
from app.live.timer import UNDO

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and those that turn the reading direction of what follows."""

BLANK = re.compile(r"[\s\u200b-\u200f\u2060\u00ad\u3164\u2800]*")


class TooEarly(Conflict):
    """The doors are not open yet."""

    code = "early"
    message = "This session is not open yet. You can join 15 minutes before it starts."


class SessionOver(Conflict):
    """The room has closed."""

    code = "ended"
    message = "This session has ended."


class NotInRoom(Conflict):
    """The connection holds no seat: the browser has to enter again."""

    code = "outside"
    message = "You are not in this session any more. Please join again."


def room_for(lesson_id: int) -> Room:
    """The lesson's room, made when the first booking is confirmed; the same one ever after."""
    existing = queries.of_lesson(lesson_id)
    if existing is not None:
        return existing
    try:
        with transaction():
            room = Room(public_id=new_public_id(), lesson_id=lesson_id)
            db.session.add(room)
            db.session.flush()
        return room
    except IntegrityError:
        made_meanwhile = queries.of_lesson(lesson_id)
        if made_meanwhile is None:
            raise
        return made_meanwhile


def enter(user: User, public_id: str, *, tab: str, connection: str, take: bool = False) -> tuple[int, str | None]:
    """Take one's seat: the id of the interval of presence, and the connection of another tab that must go.

    Raises NotFound for a stranger, TooEarly, SessionOver, Missed, PutOut, or attendance.AlreadyHere unless `take` is set.
    """
    with transaction() as tx:
        room = open_room(user, public_id).room
        interval, replaced = attendance.enter(room.lesson_id, user.id, tab=tab, connection=connection, take=take)
        room.opened_at = room.opened_at or now()
        tx.publish(RoomEntered(room.id, room.lesson_id, user.id))
        return interval.id, replaced


def beat(user: User, public_id: str, connection: str, link: Link | None = None) -> Room:
    """Still here, and how the link was; also closes what has become due. Raises NotInRoom when another tab sits here by now."""
    room = open_room(user, public_id).room
    if queries.is_due_to_end(room):
        close(room.id)
        raise SessionOver
    if not attendance.beat(room.lesson_id, user.id, connection, link):
        raise NotInRoom
    note_vanished(room.lesson_id)
    return room


def testify(user: User, public_id: str, seconds_of: Mapping[int, int]) -> None:
    """What this browser received of others while the server was away, in seconds by person; counts only beside their word."""
    room = open_room(user, public_id).room
    witnesses.report(room.lesson_id, user.id, seconds_of, attendance.intervals(room.lesson_id))


def leave(user: User, public_id: str, connection: str) -> None:
    """Go on purpose, or because one was let in a moment too late. Anybody may do it at any time, as often as they like: whoever has
    no chair (any more) as well, since only the very connection that holds a seat gives it up."""
    with transaction() as tx:
        room = queries.at(public_id)
        if attendance.leave(room.lesson_id, user.id, connection):
            tx.publish(RoomLeft(room.id, room.lesson_id, user.id))


def require_seat(user_id: int, public_id: str, connection: str) -> None:
    """Let pass only the very connection that sits in this open room; the error of everybody else says what is wrong."""
    if not queries.sits(user_id, public_id, connection):
        open_room(accounts.person(user_id), public_id)
        raise NotInRoom


def say(user: User, public_id: str, *, client_id: str, text: str) -> RoomMessage:
    """Write a chat line; the same client id again returns the line that stands already."""
    words = INVISIBLE.sub("", text.replace("\r\n", "\n")).strip()
    if BLANK.fullmatch(words):
        raise Invalid("Write something first.", fields={"text": "is empty"})
    with transaction() as tx:
        room = open_room(user, public_id).room
        known = select(RoomMessage).where(RoomMessage.sender_id == user.id, RoomMessage.client_id == client_id)
        message = db.session.scalar(known)
        if message is None:
            message = RoomMessage(room_id=room.id, sender_id=user.id, client_id=client_id, text=words, sent_at=now())
            db.session.add(message)
            db.session.flush()
            tx.publish(RoomSaid(room.id, message.id))
        elif message.room_id != room.id:
            raise Conflict("This line belongs to another session.")
    return message


def end(mentor: User, public_id: str) -> datetime:
    """The mentor ends the session for all in ten seconds; returns the moment. Pressing twice changes nothing."""
    with transaction() as tx:
        room = _as_mentor(mentor, public_id)
        if room.ending_at is None:
            room.ending_at = now() + UNDO
            tx.publish(RoomEnding(room.id, room.lesson_id))
            background.at(room.ending_at, close_if_due, room.id)
        return room.ending_at


def undo_end(mentor: User, public_id: str) -> None:
    """The mentor thinks better of it; SessionOver when the ten seconds are gone."""
    with transaction() as tx:
        room = _as_mentor(mentor, public_id)
        if queries.is_due_to_end(room):
            raise SessionOver
        if room.ending_at is not None:
            room.ending_at = None
            tx.publish(RoomEndUndone(room.id, room.lesson_id))


def show_out(room_id: int) -> None:
    """Close the presence of those who are not expected in a room (any more)."""
    with transaction() as tx:
        room = db.session.get_one(Room, room_id)
        for user_id in attendance.present(room.lesson_id) - queries.people_expected(room):
            if attendance.leave(room.lesson_id, user_id):
                tx.publish(RoomLeft(room.id, room.lesson_id, user_id))


def go_on_later(lesson_id: int) -> None:
    """The session was moved: whoever is in its room has come too early now, and neither an End nor a removal counts any more."""
    with transaction() as tx:
        room = db.session.scalar(select(Room).where(Room.lesson_id == lesson_id).with_for_update(of=Room))
        if room is None or room.ended_at is not None:
            return
        room.ending_at = None
        removals.let_all_back(lesson_id)
        for user_id in attendance.present(lesson_id):
            attendance.leave(lesson_id, user_id)
            tx.publish(RoomLeft(room.id, lesson_id, user_id))


def close(room_id: int) -> None:
    """The session is over for everybody. Does nothing the second time."""
    with transaction() as tx:
        room = db.session.get(Room, room_id, populate_existing=True, with_for_update={"of": Room})
        if room is None or room.ended_at is not None:
            return
        room.ended_at = now()
        attendance.close_all(room.lesson_id)
        tx.publish(RoomEnded(room.id, room.lesson_id))


def close_if_due(room_id: int) -> None:
    """Close a room whose undo time or hard stop has passed; an End that was undone is none."""
    room = db.session.get(Room, room_id)
    if room is not None and queries.is_due_to_end(room):
        close(room.id)


def note_vanished(lesson_id: int | None = None) -> None:
    """Close the presence of those nothing was heard from, and say so."""
    with transaction() as tx:
        for gone_from, user_id in attendance.close_stale(lesson_id):
            room = queries.of_lesson(gone_from)
            if room is not None:
                tx.publish(RoomLeft(room.id, gone_from, user_id))


def open_room(user: User, public_id: str) -> Visit:
    """A member's visit to a room that is open now. Raises NotFound for a stranger, TooEarly, SessionOver, attendance.Missed,
    attendance.PutOut."""
    visit = open_door(user, public_id)
    if visit.is_out:
        raise attendance.PutOut
    return visit


def open_door(user: User, public_id: str) -> Visit:
    """The same for whoever asks to come back: the mentor may have put them out."""
    visit = queries.visit(user, public_id)
    if visit.phase is Phase.EARLY:
        raise TooEarly
    if visit.phase is Phase.OVER:
        raise SessionOver
    queries.require_expected(visit)
    return visit


def require_mentor(user: User, public_id: str, otherwise: str) -> Room:
    """The open room whose mentor this is; for a learner NotAllowed with these words. Raises NotFound, SessionOver."""
    visit = open_room(user, public_id)
    if visit.seat.role != "mentor":
        raise NotAllowed(otherwise)
    return visit.room


def _as_mentor(user: User, public_id: str) -> Room:
    return require_mentor(user, public_id, "Only the mentor can end the session for everybody.")
