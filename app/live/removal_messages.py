"""What travels on the room's socket when the mentor asks somebody to leave. `static/js/live/removal_messages.js` is the twin."""

from dataclasses import dataclass
from typing import Annotated

from app.kernel.wire import Whole

# From the browser


@dataclass(frozen=True, slots=True)
class Remove:
    """The mentor asks somebody to leave, now; Admit takes it back."""

    person: Annotated[int, Whole(1)]


@dataclass(frozen=True, slots=True)
class NotNow:
    """The mentor does not let somebody back yet who asked."""

    person: Annotated[int, Whole(1)]


# From the server


@dataclass(frozen=True, slots=True)
class Removed:
    """You are out of this room."""

    room: str


@dataclass(frozen=True, slots=True)
class Out:
    """For the mentor: somebody who was asked to leave, and whether they would like to come back."""

    id: int
    name: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """For the mentor: somebody who was asked to leave would like to come back."""

    id: int
    name: str
