"""What stands on each page of a whiteboard in the end, and on what paper: the server's twin of static/js/live/board_log.js."""

import json

from sqlalchemy import select

from app.extensions import db
from app.live.board_queries import DRAWINGS
from app.live.models import BoardDeed, Room, Whiteboard


def pages_of(room: Room) -> str:
    """A JSON list of pages, each {paper, drawings: [{kind, mark} from the lowest up]}; `[]` for a board nothing is drawn on.

    Marks are passed on as they are stored: reading and writing megabytes of them would keep the event loop waiting.
    """
    count = db.session.scalar(select(Whiteboard.pages).where(Whiteboard.room_id == room.id)) or 0
    columns = (BoardDeed.sender_id, BoardDeed.client_id, BoardDeed.page, BoardDeed.kind, BoardDeed.data)
    query = select(*columns).where(BoardDeed.room_id == room.id).order_by(BoardDeed.number)
    rows = [(f"{sender}:{name}", page, kind, data) for sender, name, page, kind, data in db.session.execute(query)]
    undone = _undone([(kind, data) for _, _, kind, data in rows])
    shown: dict[int, dict[str, str]] = {page: {} for page in range(1, count + 1)}
    papers: dict[int, str] = {}
    for key, page, kind, data in rows:
        on_page = shown.setdefault(page, {})
        if key in undone:
            continue
        if kind in DRAWINGS:
            on_page[key] = f'{{"kind":"{kind}",{data[1:]}'
        elif kind == "clear":
            on_page.clear()
        elif kind == "erase":
            for target in json.loads(data)["targets"]:
                on_page.pop(target, None)
        elif kind == "edit":
            edit = json.loads(data)
            (target,) = edit["targets"]
            if target in on_page:
                on_page[target] = json.dumps({"kind": "note", "mark": edit["mark"]}, ensure_ascii=False, separators=(",", ":"))
        elif kind == "paper":
            papers[page] = json.loads(data)["paper"]
    if not any(shown.values()):
        return "[]"
    pages = (f'{{"paper":"{papers.get(page, "plain")}","drawings":[{",".join(on.values())}]}}' for page, on in shown.items())
    return f"[{','.join(pages)}]"


def _undone(deeds: list[tuple[str, str]]) -> set[str]:
    undone: set[str] = set()
    for kind, data in deeds:
        if kind in ("undo", "redo"):
            (key,) = json.loads(data)["targets"]
            (undone.add if kind == "undo" else undone.discard)(key)
    return undone
