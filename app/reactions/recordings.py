"""What follows for a recording from who is in the room, and what follows from the recording."""

from app.accounts.events import AgeDeclared
from app.accounts.queries import person
from app.bookings.events import BookingMoved
from app.bookings.queries import ids_of_room
from app.kernel import jobs
from app.kernel.events import Reactions
from app.live import joining, queries, recording
from app.live.events import (
    PersonRemoved,
    RecordingChanged,
    RecordingDeleted,
    RecordingJoined,
    RoomEnded,
    RoomEntered,
    RoomLeft,
    SegmentCame,
)
from app.notifications import service as notifications
from app.realtime import rooms
from app.realtime.nudge import nudge


def look_who_is_there(event: RoomEntered | RoomLeft | PersonRemoved) -> None:
    """Whoever comes is asked, and the recording waits; when the recorder is gone, another browser goes on."""
    recording.settle(event.room_id)


def ask_by_setting(event: RoomEntered) -> None:
    """A mentor who wants every session recorded need not tap Record."""
    recording.ask_by_setting(event.room_id)


def look_at_rooms_of(event: AgeDeclared) -> None:
    """What runs with somebody under 18 stops at once."""
    recording.settle_for(event.user_id)


def ask_anew_there(event: BookingMoved) -> None:
    """A yes was for the old time."""
    recording.forget_answers(event.lesson_id)


def stop(event: RoomEnded) -> None:
    """Nothing is recorded after the end."""
    recording.finish(event.room_id)


def tell(event: RecordingChanged) -> None:
    """Everybody sees the red mark, the question, or why there is none."""
    room = queries.by_id(event.room_id)
    if room is not None:
        rooms.tell_room(room.public_id, "recording", recording.state(room))


def join(event: SegmentCame) -> None:
    """If that was the last that was missing, the file can be made; else this does nothing."""
    jobs.later(joining.join, event.recording_id, queue="media")


def show_progress(event: RecordingJoined) -> None:
    """The pages after the session look again."""
    room = queries.by_id(event.room_id)
    if room is not None:
        nudge(ids_of_room(event.lesson_id), f"recording:{room.public_id}")


def say_that_it_is_deleted(event: RecordingDeleted) -> None:
    """Everybody's page of the session says so, and those who did not do it are told."""
    room = queries.by_id(event.room_id)
    if room is None:
        return
    people = ids_of_room(event.lesson_id)
    nudge(people, f"recording:{room.public_id}")
    words = {"person": person(event.user_id).name, "title": room.lesson.title}
    for other in sorted(people - {event.user_id}):
        notifications.tell(other, "recording.deleted", str(room.id), link=f"/session/{room.public_id}/after", **words)


REACTIONS: Reactions = {
    AgeDeclared: [look_at_rooms_of],
    BookingMoved: [ask_anew_there],
    RoomEntered: [look_who_is_there, ask_by_setting],
    RoomLeft: [look_who_is_there],
    PersonRemoved: [look_who_is_there],
    RoomEnded: [stop],
    RecordingChanged: [tell],
    SegmentCame: [join],
    RecordingJoined: [show_progress],
    RecordingDeleted: [say_that_it_is_deleted],
}
