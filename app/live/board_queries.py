"""Reading a whiteboard: what a browser lacks of it, a part at a time, without what is gone for good."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.live.board_messages import BOARD_UNDO, Board, Deed, Mark
from app.live.models import BoardDeed, Room, Whiteboard

DRAWINGS = ("stroke", "line", "rectangle", "ellipse", "text", "note")
UNDOABLE = (*DRAWINGS, "edit", "erase", "clear", "paper")

PART_DEEDS = 1000
"""Deeds in one answer at most."""


def version(room: Room) -> int:
    """The number of the latest deed; 0 for an empty board."""
    return db.session.scalar(select(Whiteboard.version).where(Whiteboard.room_id == room.id)) or 0


def look(room: Room, *, since: int, most: int) -> Board:
    """The next part of what happened after the deed with this number, of about so many bytes, and at least one deed."""
    board = db.session.scalar(select(Whiteboard).where(Whiteboard.room_id == room.id))
    if board is None or since >= board.version:
        latest = board.version if board else 0
        return Board(version=latest, upto=latest, pages=board.pages if board else 1, deeds=[])
    gone = _gone_for_good(room.id) if board.version - since > PART_DEEDS else _Gone()
    query = select(*_COLUMNS).where(BoardDeed.room_id == room.id, BoardDeed.number > since).order_by(BoardDeed.number)
    deeds: list[Deed] = []
    upto, weight = since, 0
    for row in db.session.execute(query.limit(PART_DEEDS)).all():
        if weight > most:
            break
        upto = row.number
        if not gone.has(row):
            weight += len(row.data) + 100
            deeds.append(deed_of(row))
    return Board(version=max(board.version, upto), upto=upto, pages=board.pages, deeds=deeds)


def deed_of(row: Any) -> Deed:
    """A stored deed as it travels."""
    data = json.loads(row.data)
    mark = Mark(**data["mark"]) if "mark" in data else None
    return Deed(row.number, row.sender_id, row.client_id, row.page, row.kind, mark, data.get("targets"), data.get("paper"))


def deed_named(sender_id: int, client_id: str) -> BoardDeed | None:
    """Somebody's deed by their own id for it, in whatever room."""
    return db.session.scalar(select(BoardDeed).where(BoardDeed.sender_id == sender_id, BoardDeed.client_id == client_id))


def drawings_named(room_id: int, keys: Iterable[str]) -> set[str]:
    """Those of these keys that name a drawing in this room."""
    by_sender = defaultdict(list)
    for key in keys:
        sender, _, client_id = key.partition(":")
        by_sender[int(sender)].append(client_id)
    found = set()
    for sender_id, client_ids in by_sender.items():
        query = select(BoardDeed.client_id).where(
            BoardDeed.room_id == room_id,
            BoardDeed.sender_id == sender_id,
            BoardDeed.client_id.in_(client_ids),
            BoardDeed.kind.in_(DRAWINGS),
        )
        found |= {f"{sender_id}:{client_id}" for client_id in db.session.scalars(query)}
    return found


_COLUMNS = (BoardDeed.number, BoardDeed.sender_id, BoardDeed.client_id, BoardDeed.page, BoardDeed.kind, BoardDeed.data)


@dataclass(slots=True)
class _Gone:
    """Drawings nobody can bring back: their own undoing, or what erased them, is too old to be taken back."""

    settled: dict[int, int] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    cleared: dict[int, int] = field(default_factory=dict)

    def has(self, row: Any) -> bool:
        """Is this row such a drawing?"""
        if row.kind not in DRAWINGS:
            return False
        key = _key(row)
        return (
            row.number < self.cleared.get(row.page, 0) or key in self.erased or (key in self.undone and self.is_settled(row))
        )

    def is_settled(self, row: Any) -> bool:
        """Can whoever did this undo or redo it no more?"""
        return row.number <= self.settled.get(row.sender_id, 0)


def _gone_for_good(room_id: int) -> _Gone:
    kinds = ("erase", "clear", "undo", "redo")
    query = select(*_COLUMNS).where(BoardDeed.room_id == room_id, BoardDeed.kind.in_(kinds)).order_by(BoardDeed.number)
    rows = db.session.execute(query).all()
    if not rows:
        return _Gone()
    gone = _Gone(settled=_settled(room_id), undone=_undone(rows))
    for row in rows:
        if row.kind == "erase" and gone.is_settled(row) and _key(row) not in gone.undone:
            gone.erased.update(json.loads(row.data)["targets"])
        if row.kind == "clear" and gone.is_settled(row) and _key(row) not in gone.undone:
            gone.cleared[row.page] = row.number
    return gone


def _undone(rows: Sequence[Any]) -> set[str]:
    undone: set[str] = set()
    for row in rows:
        if row.kind in ("undo", "redo"):
            (key,) = json.loads(row.data)["targets"]
            (undone.add if row.kind == "undo" else undone.discard)(key)
    return undone


def _settled(room_id: int) -> dict[int, int]:
    """For each person the number of their latest deed that can be undone no more."""
    settled = {}
    for sender_id in db.session.scalars(select(BoardDeed.sender_id).where(BoardDeed.room_id == room_id).distinct()):
        query = select(BoardDeed.number).where(
            BoardDeed.room_id == room_id, BoardDeed.sender_id == sender_id, BoardDeed.kind.in_(UNDOABLE)
        )
        settled[sender_id] = db.session.scalar(query.order_by(BoardDeed.number.desc()).offset(BOARD_UNDO).limit(1)) or 0
    return settled


def _key(row: Any) -> str:
    return f"{row.sender_id}:{row.client_id}"
