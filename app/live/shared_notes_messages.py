"""What travels on the socket for the shared notes; `static/js/live/shared_notes_messages.js` is the twin, as in messages.py."""

from dataclasses import dataclass
from typing import Annotated

from app.kernel.wire import Text, Whole

LONGEST_SHARED_NOTES = 20_000
"""Characters; about ten pages."""


# From the browser


@dataclass(frozen=True, slots=True)
class LookNotes:
    """What do they say now?"""


@dataclass(frozen=True, slots=True)
class WriteNotes:
    """The whole text as it should be, made of the text of this version."""

    version: Annotated[int, Whole(0, 2**31 - 1)]
    text: Annotated[str, Text(0, LONGEST_SHARED_NOTES)]


# From the server


@dataclass(frozen=True, slots=True)
class SharedText:
    """What they say, as the news to everybody and as the answer to who looked."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to who wrote. `is_taken` is false when somebody else was quicker: put yours into their text and try again."""

    is_taken: bool
    version: int
    text: str
