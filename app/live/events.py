"""Facts about rooms."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomEntered:
    """Somebody took their seat, or came back to it."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """Somebody is gone: on purpose, or because nothing was heard from them for too long."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """The mentor asked somebody to leave: they are out, whether they had been there or not."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class AskedBack:
    """Somebody who was removed would like to come back."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class RemovalAnswered:
    """The mentor lets somebody back, or not now."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class RoomSaid:
    """A chat line was written."""

    room_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class TopicsMarked:
    """A topic was ticked off, or a tick was taken back."""

    room_id: int


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """Something was done on the whiteboard."""

    room_id: int
    deed_id: int


@dataclass(frozen=True, slots=True)
class BoardLockTurned:
    """The mentor locked the whiteboard, or unlocked it."""

    room_id: int


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """It runs, it waits, it has stopped, or another browser records now."""

    room_id: int


@dataclass(frozen=True, slots=True)
class SegmentCame:
    """All of a piece of recording has come that its browser captured."""

    recording_id: int


@dataclass(frozen=True, slots=True)
class RecordingJoined:
    """The recording's one file is there, or it is known that there will be none."""

    room_id: int
    lesson_id: int


@dataclass(frozen=True, slots=True)
class RecordingDeleted:
    """Somebody who is in a recording deleted it, for everybody."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class DevicesChecked:
    """Somebody tried their camera, microphone, speakers and network."""

    room_id: int
    lesson_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class SharedNotesWritten:
    """Somebody wrote in the shared notes."""

    room_id: int


@dataclass(frozen=True, slots=True)
class PersonReported:
    """Somebody reported somebody they met in a room."""

    report_id: int


@dataclass(frozen=True, slots=True)
class RoomEnding:
    """The mentor pressed End; there are ten seconds to undo it."""

    room_id: int
    lesson_id: int


@dataclass(frozen=True, slots=True)
class RoomEndUndone:
    """The mentor undid it."""

    room_id: int
    lesson_id: int


@dataclass(frozen=True, slots=True)
class RoomEnded:
    """The session is over for everybody."""

    room_id: int
    lesson_id: int
