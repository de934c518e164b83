"""What travels on the room's socket for the whiteboard; `static/js/live/board_messages.js` is the twin, as in messages.py."""

from dataclasses import dataclass
from typing import Annotated, Literal

from app.kernel.wire import Several, Text, Token, Whole

BOARD_WIDTH, BOARD_HEIGHT = 1600, 1000
"""The whiteboard's own space; browsers scale it."""

BOARD_PAGES = 30
BOARD_UNDO = 50
"""So many of one's latest deeds on the whiteboard can be undone; what is older stands."""

BOARD_NUMBERS = 2000
"""Numbers in the points of one drawing; a longer line is sent in parts."""

BOARD_TEXT = 300
BOARD_NOTE_WIDTH, BOARD_NOTE_HEIGHT = 320, 240
"""A sticky note's paper; its letters shrink until all of it fits."""

BOARD_NOTE_LINES = 12
BOARD_TARGETS = 100
"""Drawings that one stroke of the eraser takes away."""

Key = Annotated[str, Text(10, 85, r"[1-9][0-9]{0,17}:[A-Za-z0-9_-]{8,64}")]
"""A deed on the whiteboard, named by who did it and their own id for it: "17:AbCdEf012345"."""

Page = Annotated[int, Whole(1, BOARD_PAGES)]
Paper = Literal["plain", "lines", "squares", "axes"]
"""What lies beneath the drawings of a page; board_paper.py says what each looks like."""


# From the browser


@dataclass(frozen=True, slots=True)
class Mark:
    """What a drawing looks like. `points` starts with x and y; a stroke goes on with steps from point to point, the other
    shapes with the step to their far corner, a text and a note with nothing. `width` is the pen's, or the height of the letters
    (in a note, at most). The colour of a note is its paper's.
    """

    colour: Literal["ink", "red", "orange", "green", "blue", "purple"]
    width: Annotated[int, Whole(1, 120)]
    points: Annotated[list[Annotated[int, Whole(-BOARD_WIDTH, BOARD_WIDTH)]], Several(2, BOARD_NUMBERS)]
    text: Annotated[str, Text(0, BOARD_TEXT)]


@dataclass(frozen=True, slots=True)
class Draw:
    """One deed on the whiteboard, under an id that makes a resend harmless. Drawings carry a mark; erase carries the drawings
    it takes away, undo and redo the one deed of one's own they are about. "page" adds a page, "clear" empties one, "paper"
    says on what paper it is from now on. "edit" names a note and says what it looks like from now on: moved, or with other words.
    """

    client_id: Token
    page: Page
    kind: Literal[
        "stroke", "line", "rectangle", "ellipse", "text", "note", "edit", "erase", "clear", "page", "undo", "redo", "paper"
    ]  # fmt: skip
    mark: Mark | None
    targets: Annotated[list[Key], Several(1, BOARD_TARGETS)] | None
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing on its way, for the others to see; not stored. A stroke comes in pieces, each beginning where the last ended."""

    client_id: Token
    page: Page
    kind: Literal["stroke", "line", "rectangle", "ellipse"]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Look:
    """What is on the whiteboard beyond the deed with this number? `most` is about how many bytes the line carries at once."""

    since: Annotated[int, Whole(0)]
    most: Annotated[int, Whole(4096, 262_144)]


@dataclass(frozen=True, slots=True)
class LockBoard:
    """The mentor: only I draw from now on, or everybody does again."""

    on: bool


# From the server


@dataclass(frozen=True, slots=True)
class BoardLock:
    """Whether only the mentor draws now."""

    on: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """A Draw as it stands in the room's log; `number` grows by one with each."""

    number: int
    sender: int
    client_id: str
    page: int
    kind: str
    mark: Mark | None
    targets: list[str] | None
    paper: str | None


@dataclass(frozen=True, slots=True)
class DrawingOf:
    """A Drawing, as it reaches the others."""

    sender: int
    client_id: str
    page: int
    kind: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Board:
    """The answer to Look: deeds in order, complete up to `upto`; there is more while that is less than `version`.

    Drawings that are gone for good are left out, so numbers may be missing.
    """

    version: int
    upto: int
    pages: int
    deeds: list[Deed]
