"""What people in a room, and on the dashboards around it, see when somebody comes, speaks, goes or ends it."""

from app.accounts import queries as accounts
from app.bookings import removals
from app.bookings.events import BookingMoved, MoveClosed, MoveProposed, WaitedLonger
from app.bookings.queries import by_id, ids_expected, ids_of_room
from app.extensions import db
from app.kernel.events import Reactions
from app.live import board_lock, board_queries, queries, shared_notes, topics
from app.live.board_messages import BoardLock
from app.live.events import (
    AskedBack,
    BoardChanged,
    BoardLockTurned,
    DevicesChecked,
    PersonRemoved,
    RemovalAnswered,
    RoomEnded,
    RoomEnding,
    RoomEndUndone,
    RoomEntered,
    RoomLeft,
    RoomSaid,
    SharedNotesWritten,
    TopicsMarked,
)
from app.live.messages import Topics
from app.live.models import BoardDeed, RoomMessage
from app.live.removal_messages import Asking, Removed
from app.notifications import service as notifications
from app.realtime import rooms
from app.realtime.nudge import nudge


def show_people(event: RoomEntered | RoomLeft | PersonRemoved | RoomEnding | RoomEndUndone) -> None:
    """Everybody in the room sees who is here, what the timer says, and whether it is about to end."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_room(room.public_id, "pulse", queries.pulse(room))


def put_out(event: PersonRemoved) -> None:
    """All their tabs hear of it, and hear nothing more of the room; their other pages look again."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_person(event.user_id, "removed", Removed(room.public_id))
        rooms.put_out(room.public_id, event.user_id)


def ask_mentor(event: AskedBack) -> None:
    """The mentor, if there, sees who would like to come back; otherwise as soon as they come in."""
    room = queries.by_id(event.room_id)
    if room is not None:
        person = accounts.person(event.user_id)
        rooms.tell_seat(room.public_id, room.lesson.mentor_id, "asking", Asking(person.id, person.name))


def tell_removed(event: RemovalAnswered) -> None:
    """Whoever waits outside sees the answer at once, and comes in if it is a yes; whoever has gone away is told of the yes."""
    room = queries.by_id(event.room_id)
    if room is None:
        return
    nudge([event.user_id], f"room:{room.public_id}")
    if removals.standing_of(event.lesson_id, event.user_id) is None:
        words = {"person": room.lesson.mentor.name, "title": room.lesson.title}
        notifications.tell(event.user_id, "room.let_back", str(room.id), link=f"/session/{room.public_id}/", **words)


def show_new_moment(event: WaitedLonger) -> None:
    """In the room and on both dashboards the countdown begins anew."""
    room = queries.of_lesson(event.lesson_id)
    if room is not None:
        rooms.tell_room(room.public_id, "pulse", queries.pulse(room))
    nudge(ids_expected(event.lesson_id), "bookings")


def pass_on_line(event: RoomSaid) -> None:
    """A chat line reaches everybody, whoever wrote it too."""
    message = db.session.get(RoomMessage, event.message_id)
    room = queries.by_id(event.room_id)
    if message is not None and room is not None:
        rooms.tell_room(room.public_id, "said", queries.line_of(message))


def show_checklist(event: TopicsMarked) -> None:
    """Everybody sees what is covered by now."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_room(room.public_id, "topics", Topics(topics.checklist(room)))


def show_notes(event: SharedNotesWritten) -> None:
    """Everybody reads what is written together, whoever wrote it too."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_room(room.public_id, "notes", shared_notes.text_of(room))


def show_deed(event: BoardChanged) -> None:
    """What was done on the whiteboard reaches everybody, whoever did it too."""
    deed = db.session.get(BoardDeed, event.deed_id)
    room = queries.by_id(event.room_id)
    if deed is not None and room is not None:
        rooms.tell_room(room.public_id, "drawn", board_queries.deed_of(deed))


def show_lock(event: BoardLockTurned) -> None:
    """Everybody learns whether only the mentor draws."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_room(room.public_id, "board_lock", BoardLock(board_lock.is_locked(room)))


def say_it_is_over(event: RoomEnded) -> None:
    """Every browser in the room shows the feedback dialog; the room is empty."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_room(room.public_id, "ended")
        rooms.empty_room(room.public_id)


def dashboards_look_again(event: RoomEntered | RoomLeft | PersonRemoved | RoomEnded | DevicesChecked) -> None:
    """Join pulses where the other side is waiting, and says who is ready; an ended session moves to the past ones."""
    room = queries.by_id(event.room_id)
    if room is not None:
        people = ids_of_room if isinstance(event, RoomEnded) else ids_expected
        nudge(people(event.lesson_id), "bookings", f"room:{room.public_id}")


def waiting_room_looks_again(event: DevicesChecked | MoveProposed | MoveClosed | BookingMoved) -> None:
    """Whoever waits in the room sees how ready the other is, and what is proposed about the start."""
    lesson_id = event.lesson_id if isinstance(event, DevicesChecked | BookingMoved) else by_id(event.booking_id).lesson_id
    room = queries.of_lesson(lesson_id)
    if room is not None:
        rooms.tell_room(room.public_id, "look_again")


REACTIONS: Reactions = {
    RoomEntered: [show_people, dashboards_look_again],
    RoomLeft: [show_people, dashboards_look_again],
    PersonRemoved: [put_out, show_people, dashboards_look_again],
    AskedBack: [ask_mentor],
    RemovalAnswered: [tell_removed],
    DevicesChecked: [waiting_room_looks_again, dashboards_look_again],
    MoveProposed: [waiting_room_looks_again],
    MoveClosed: [waiting_room_looks_again],
    BookingMoved: [waiting_room_looks_again],
    WaitedLonger: [show_new_moment],
    RoomSaid: [pass_on_line],
    TopicsMarked: [show_checklist],
    SharedNotesWritten: [show_notes],
    BoardChanged: [show_deed],
    BoardLockTurned: [show_lock],
    RoomEnding: [show_people],
    RoomEndUndone: [show_people],
    RoomEnded: [say_it_is_over, dashboards_look_again],
}
