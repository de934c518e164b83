"""What travels on the room's socket for the recording; `static/js/live/recording_messages.js` is the twin, as in messages.py."""

from dataclasses import dataclass
from typing import Annotated, Literal

from app.kernel.wire import Text, Token, Whole

KIND = r"video/(webm|mp4)(;codecs=[A-Za-z0-9.,]+)?"
"""The media type of what a browser captures."""

# From the browser


@dataclass(frozen=True, slots=True)
class Record:
    """The mentor wants a recording, or anybody wants it to stop."""

    on: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """I agree to be recorded, or I do not."""

    agrees: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """My browser records, since `ago` milliseconds, under this id; `kind` is the media type of its pieces."""

    client_id: Token
    kind: Annotated[str, Text(5, 80, KIND)]
    ago: Annotated[int, Whole(0, 60_000)]


@dataclass(frozen=True, slots=True)
class CannotRecord:
    """My browser was named and cannot record, or this device has no room for more of it."""

    reason: Literal["unable", "full"]


# From the server


@dataclass(frozen=True, slots=True)
class RecordingState:
    """Whether the session is recorded. It runs while it is wanted and nobody in the room is still `asked`; only those who
    `agreed` may be seen and heard in it. `recorder` is whose browser records. `stopped_by` and `is_declined` say how it ended.
    `is_allowed` is false where somebody is under 18; it never says who. `has_film` is true once a browser has captured something,
    `none_can` while every browser here has said that it cannot record.
    """

    is_allowed: bool
    is_wanted: bool
    is_on: bool
    agreed: list[int]
    asked: list[int]
    recorder: int | None
    stopped_by: int | None
    is_declined: bool
    has_film: bool
    none_can: bool
