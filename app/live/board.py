"""What may be done on a room's whiteboard: a log of deeds in the server's order, to which everything is added and nothing changed.

Undoing is a deed too. Deeds are named by who did them and their own id ("17:AbCdEf012345"), so a browser that was offline can refer
to what the server has not seen yet, and a second sending of anything is harmless.
"""

import json
from dataclasses import asdict, replace

from sqlalchemy import func, select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotAllowed
from app.kernel.transaction import transaction
from app.live import board_queries
from app.live.board_messages import (
    BOARD_HEIGHT,
    BOARD_NOTE_HEIGHT,
    BOARD_NOTE_LINES,
    BOARD_NOTE_WIDTH,
    BOARD_UNDO,
    BOARD_WIDTH,
    Draw,
    Mark,
)
from app.live.board_queries import DRAWINGS, UNDOABLE
from app.live.events import BoardChanged
from app.live.models import BoardDeed, Room, Whiteboard
from app.live.queries import Visit
from app.live.service import BLANK, INVISIBLE, open_room

MOST_DRAWINGS = 10_000
MOST_DEEDS = 3 * MOST_DRAWINGS
"""Erasing, undoing and clearing go on when no further drawing fits."""
MOST_BYTES = 16 * 1024 * 1024


class BoardLocked(Conflict):
    """Only the mentor draws now."""

    code = "board_locked"
    message = "Your mentor has locked the whiteboard."


class BoardFull(Conflict):
    """No more fits on it."""

    code = "board_full"
    message = "This whiteboard is full: it holds 10,000 drawings. What is on it stays; you can still erase, undo and save it."


def draw(user: User, public_id: str, wanted: Draw) -> BoardDeed:
    """Add a deed to the log; the same client id again returns the one that stands already.

    Raises Invalid when it makes no sense, BoardLocked, BoardFull, Conflict for an undo that comes too late, and what open_room
    raises.
    """
    wanted = _checked(wanted)
    with transaction() as tx:
        visit = open_room(user, public_id)
        board = hold(visit.room)
        deed = board_queries.deed_named(user.id, wanted.client_id)
        if deed is None:
            if board.locked_at is not None and visit.seat.role != "mentor":
                raise BoardLocked
            deed = _add(user, visit, board, wanted)
            tx.publish(BoardChanged(board.room_id, deed.id))
        elif deed.room_id != board.room_id:
            raise Conflict("This drawing belongs to another session.")
    return deed


def check_mark(kind: str, mark: Mark) -> None:
    """Let pass only a mark that fits its kind and stays within the board; Invalid otherwise."""
    expected = {"stroke": None, "text": 2, "note": 2}.get(kind, 4)
    if expected is not None and len(mark.points) != expected:
        raise Invalid(f"points must have {expected} entries.", fields={"points": f"must have {expected} entries"})
    if (kind in ("text", "note")) != bool(mark.text):
        raise Invalid("Only a text and a note have words, and they need some.", fields={"text": "does not fit"})
    if len(mark.points) % 2:
        raise Invalid("points must come in pairs.", fields={"points": "must come in pairs"})
    x = y = 0
    for across, down in zip(mark.points[::2], mark.points[1::2], strict=True):
        x, y = x + across, y + down
        if not (0 <= x <= BOARD_WIDTH and 0 <= y <= BOARD_HEIGHT):
            raise Invalid("points must stay on the board.", fields={"points": "must stay on the board"})
    if kind == "note":
        _check_note(x, y, mark.text)


def _check_note(x: int, y: int, text: str) -> None:
    if x > BOARD_WIDTH - BOARD_NOTE_WIDTH or y > BOARD_HEIGHT - BOARD_NOTE_HEIGHT:
        raise Invalid("A note must stay on the board.", fields={"points": "must stay on the board"})
    if text.count("\n") >= BOARD_NOTE_LINES:
        raise Invalid(f"A note has room for {BOARD_NOTE_LINES} lines.", fields={"text": "has too many lines"})


def _checked(wanted: Draw) -> Draw:
    """The deed without tricks in its words; Invalid when something is missing or does not belong there."""
    if (wanted.mark is not None) != (wanted.kind in (*DRAWINGS, "edit")):
        raise Invalid("A drawing has a mark, and nothing else has one.", fields={"mark": "does not fit"})
    if (wanted.targets is not None) != (wanted.kind in ("edit", "erase", "undo", "redo")):
        raise Invalid("Changing, erasing, undoing and redoing name what they are about.", fields={"targets": "do not fit"})
    if wanted.kind != "erase" and wanted.targets and len(wanted.targets) != 1:
        raise Invalid("One thing at a time is changed or undone.", fields={"targets": "must have 1 entry"})
    if (wanted.paper is not None) != (wanted.kind == "paper"):
        raise Invalid("Only choosing a paper names one.", fields={"paper": "does not fit"})
    if wanted.mark is None:
        return wanted
    words = INVISIBLE.sub("", wanted.mark.text.replace("\r\n", "\n")).strip()
    mark = replace(wanted.mark, text="" if BLANK.fullmatch(words) else words)
    check_mark("note" if wanted.kind == "edit" else wanted.kind, mark)
    return replace(wanted, mark=mark)


def hold(room: Room) -> Whiteboard:
    """The room's whiteboard, ours alone until the commit; made when something is first done to it."""
    db.session.execute(select(Room.id).where(Room.id == room.id).with_for_update())
    board = db.session.scalar(select(Whiteboard).where(Whiteboard.room_id == room.id).execution_options(populate_existing=True))
    if board is None:
        board = Whiteboard(room_id=room.id, version=0, pages=1, drawings=0, size=0)
        db.session.add(board)
    return board


def _add(user: User, visit: Visit, board: Whiteboard, wanted: Draw) -> BoardDeed:
    targets = _targets(user, visit, wanted)
    said = {"mark": wanted.mark and asdict(wanted.mark), "targets": targets, "paper": wanted.paper}
    data = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False, separators=(",", ":"))
    _make_room_for(board, wanted, len(data))
    deed = BoardDeed(
        room_id=board.room_id,
        number=board.version,
        sender_id=user.id,
        client_id=wanted.client_id,
        page=wanted.page,
        kind=wanted.kind,
        data=data,
        done_at=now(),
    )
    db.session.add(deed)
    db.session.flush()
    return deed


def _make_room_for(board: Whiteboard, wanted: Draw, size: int) -> None:
    is_drawing = wanted.kind in DRAWINGS
    if (is_drawing and board.drawings >= MOST_DRAWINGS) or board.version >= MOST_DEEDS or board.size + size > MOST_BYTES:
        raise BoardFull
    if wanted.page > board.pages + (wanted.kind == "page"):
        raise Invalid("This page is not there yet.", fields={"page": "is not there yet"})
    board.version += 1
    board.size += size
    board.drawings += is_drawing
    board.pages = max(board.pages, wanted.page)


def _targets(user: User, visit: Visit, wanted: Draw) -> list[str] | None:
    """Those of the named deeds that stand on this board and may be touched; Invalid, Conflict or NotAllowed when none is left."""
    room = visit.room
    if wanted.targets is None:
        return None
    if wanted.kind == "edit":
        _check_may_edit(user, visit, wanted)
        return wanted.targets
    if wanted.kind == "erase":
        known = board_queries.drawings_named(room.id, wanted.targets)
        if not known:
            raise Invalid("There is nothing left to erase here.", fields={"targets": "are not on this board"})
        return [key for key in dict.fromkeys(wanted.targets) if key in known]
    owner, _, client_id = wanted.targets[0].partition(":")
    deed = board_queries.deed_named(user.id, client_id) if owner == str(user.id) else None
    if deed is None or deed.room_id != room.id or deed.kind not in UNDOABLE:
        raise Invalid("You can only undo what you did yourself.", fields={"targets": "are not yours"})
    later = select(func.count()).where(
        BoardDeed.room_id == room.id,
        BoardDeed.sender_id == user.id,
        BoardDeed.number > deed.number,
        BoardDeed.kind.in_(UNDOABLE),
    )
    if (db.session.scalar(later) or 0) >= BOARD_UNDO:
        raise Conflict("That is too long ago to undo.")
    return wanted.targets


def _check_may_edit(user: User, visit: Visit, wanted: Draw) -> None:
    """Let pass only a note of this page, and only whoever wrote it and the mentor."""
    owner, _, client_id = (wanted.targets or [""])[0].partition(":")
    note = board_queries.deed_named(int(owner), client_id)
    if note is None or (note.room_id, note.page, note.kind) != (visit.room.id, wanted.page, "note"):
        raise Invalid("This note is not on this page.", fields={"targets": "are not on this page"})
    if note.sender_id != user.id and visit.seat.role != "mentor":
        raise NotAllowed("Only whoever wrote a note, and the mentor, can change it.")
