"""What follows for a recording from who is in the room, and what follows from the recording."""

from app.bookings.queries import ids_of_room
from app.kernel import jobs
from app.kernel.events import Reactions
from app.live import joining, queries, recording
from app.live.events import PersonRemoved, RecordingChanged, RecordingJoined, RoomEnded, RoomEntered, RoomLeft, SegmentCame
from app.realtime import rooms
from app.realtime.nudge import nudge


def look_who_is_there(event: RoomEntered | RoomLeft | PersonRemoved) -> None:
    """Whoever comes is asked, and the recording waits; when the recorder is gone, another browser goes on."""
    recording.settle(event.room_id)


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


REACTIONS: Reactions = {
    RoomEntered: [look_who_is_there],
    RoomLeft: [look_who_is_there],
    PersonRemoved: [look_who_is_there],
    RoomEnded: [stop],
    RecordingChanged: [tell],
    SegmentCame: [join],
    RecordingJoined: [show_progress],
}
