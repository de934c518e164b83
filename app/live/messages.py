"""Everything that travels on the room's socket, both ways.

`static/js/live/messages.js` is the twin the browser's code is written against; a test compares the two field by field.
Durations are seconds, moments ISO 8601 in UTC, people are named by their account's id.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from app.kernel.wire import Several, Text, Token, Whole
from app.live.recording_messages import RecordingState
from app.live.removal_messages import Out

CHAT_LIMIT = 2000
"""Characters in one chat line."""


# From the browser


@dataclass(frozen=True, slots=True)
class Enter:
    """Let me in; `take` moves the seat here from another tab."""

    room: Token
    tab: Token
    take: bool = False


@dataclass(frozen=True, slots=True)
class Knock:
    """I was gone for long: may I come back?"""

    room: Token


@dataclass(frozen=True, slots=True)
class Admit:
    """The mentor says yes to somebody who knocked."""

    person: Annotated[int, Whole(1)]


@dataclass(frozen=True, slots=True)
class Beat:
    """I am still here; and what was worst of the links to the others since the last beat, unless nobody else is here."""

    link: Literal["good", "lowered", "sound", "stalled"] | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """For so many whole seconds since the last answered beat the sound or picture of this person arrived."""

    person: Annotated[int, Whole(1)]
    seconds: Annotated[int, Whole(0, 24 * 3600)]


@dataclass(frozen=True, slots=True)
class Testimony:
    """What arrived of the others while the line to the server was down; said after coming back."""

    received: Annotated[list[Received], Several(1, 8)]


@dataclass(frozen=True, slots=True)
class Echo:
    """Answer me, so that I know how long it takes. Every page may ask, not only the room."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Give me a pass for the other endpoints. Every page may ask, not only the room."""


@dataclass(frozen=True, slots=True)
class Leave:
    """I go, on purpose."""


@dataclass(frozen=True, slots=True)
class Description:
    """An offer or an answer of WebRTC."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, Text(1, 40_000)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A path by which the sender may be reached; an empty text says there are no more."""

    candidate: Annotated[str, Text(0, 2000)]
    mid: Annotated[str, Text(0, 32)] | None
    line: Annotated[int, Whole(0, 255)] | None
    fragment: Annotated[str, Text(0, 256)] | None


@dataclass(frozen=True, slots=True)
class Signal:
    """For one other person's browser: exactly one of the two."""

    to: Annotated[int, Whole(1)]
    epoch: Annotated[int, Whole(1)]
    description: Description | None
    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class Say:
    """One chat line, under an id that makes a resend harmless."""

    client_id: Token
    text: Annotated[str, Text(1, CHAT_LIMIT)]


@dataclass(frozen=True, slots=True)
class Status:
    """What I have switched on, whether my hand is up, and the number of the latest chat line this browser has got."""

    microphone: Literal["on", "muted", "off"]
    camera: bool
    sharing: bool
    hand: bool
    heard: Annotated[int, Whole(0)]


@dataclass(frozen=True, slots=True)
class Lower:
    """The mentor has seen somebody's hand."""

    person: Annotated[int, Whole(1)]


@dataclass(frozen=True, slots=True)
class End:
    """The mentor ends the session for all, ten seconds from now."""


@dataclass(frozen=True, slots=True)
class UndoEnd:
    """The mentor thinks better of it."""


@dataclass(frozen=True, slots=True)
class WaitLonger:
    """Give whoever has not come ten minutes more."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The mentor ticks a topic off, or takes the tick back."""

    topic: Annotated[int, Whole(1)]
    covered: bool


# From the server


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room; `is_here` is false while we wait for them to come back from a lost connection."""

    id: int
    name: str
    role: Literal["mentor", "learner"]
    is_here: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer to Knock: so long the mentor may answer; then whoever belongs here comes in by themselves."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Knocking:
    """For the mentor: somebody wants to come back."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """The mentor said yes."""

    room: str


@dataclass(frozen=True, slots=True)
class TimerState:
    """Seconds together so far; without further news they count on for at most `runs_for`. `ends_in` is the planned end."""

    seconds: float
    runs_for: float
    ends_in: float


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was kept with the session, at files/<key> beside the room's page; its name is the line's text."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class ChatLine:
    """Something said; numbers grow, so that one of them says how far somebody has got."""

    number: int
    client_id: str
    sender: int
    name: str
    text: str
    sent_at: str
    file: KeptFile | None


@dataclass(frozen=True, slots=True)
class TopicMark:
    """A line of the checklist; `covered_at` is None until the mentor has ticked it off."""

    id: int
    name: str
    covered_at: str | None


@dataclass(frozen=True, slots=True)
class Topics:
    """The whole checklist, as it is now."""

    topics: list[TopicMark]


@dataclass(frozen=True, slots=True)
class Thanks:
    """For the mentor: somebody gave a gift; `amount` is what arrives, in words ("$5")."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class IceServer:
    """A server that helps two browsers find each other, with credentials of a few hours."""

    urls: list[str]
    username: str
    credential: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """Who is here and how long it has been; sent whenever it changes. `ending_in` counts down an End.

    `decides_in` counts down to the moment at which whoever is missing did not come; None while nobody is missing.
    `stops_in` counts down to the hard stop, in seconds; None while that is far.
    """

    people: list[Person]
    timer: TimerState
    ending_in: float | None
    decides_in: float | None
    stops_in: float | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to Enter: the whole room in one message. `entry` grows with every entry of anybody, `renewal` is as in Kept.

    `board` is the number of the latest deed on the whiteboard; whoever lacks some asks with Look. While it is `locked`, only the
    mentor draws on it. `out` is for the mentor alone, and empty for the others.
    """

    me: int
    entry: int
    pulse: Pulse
    chat: list[ChatLine]
    topics: list[TopicMark]
    board: int
    locked: bool
    recording: RecordingState
    out: list[Out]
    ice: list[IceServer]
    renewal: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a beat. `renewal` is the pass for another endpoint, good for a minute."""

    pulse: Pulse
    renewal: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """The answer to Renew; `renewal` is as in Kept, but opens no room."""

    renewal: str


@dataclass(frozen=True, slots=True)
class Signalled:
    """A Signal, as it reaches the other side."""

    sender: int
    epoch: int
    description: Description | None
    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class StatusOf:
    """A Status, as it reaches the others."""

    sender: int
    microphone: Literal["on", "muted", "off"]
    camera: bool
    sharing: bool
    hand: bool
    heard: int


@dataclass(frozen=True, slots=True)
class Lowered:
    """The mentor has seen your hand: take it down."""

    by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused; every answer may be {"error": Problem} instead."""

    code: str
    message: str
