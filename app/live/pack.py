"""The learning pack: all that a session leaves behind, for one of its people, as one ZIP file.

receipt.pdf, chat.txt, notes.md (only one's own), shared-notes.md, topics.md, board.pdf, and in files/ what was kept with it.
The PDFs are drawn by processes of their own and the file is pressed together off the loop, so that nobody's call waits for a
download.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.errors import Conflict
from app.kernel.offload import in_a_process, offload
from app.live import files, queries, receipt, receipt_words
from app.live.board_pages import pages_of
from app.live.models import Room, RoomMessage
from app.live.notes import notes_of
from app.live.queries import Phase, Visit
from app.live.receipt import Chapter
from app.live.receipt_words import mm_ss
from app.live.shared_notes import text_of

MOST_FILE_BYTES = 50 * 1024 * 1024
"""Of kept files in one pack: it is put together in memory."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the pack."""

    name: str
    data: bytes


def pack_of(user: User, public_id: str) -> tuple[str, bytes]:
    """A name for the file, and its bytes. Raises NotFound for a stranger, Conflict while the session is not over."""
    visit = queries.visit(user, public_id)
    if visit.phase is not Phase.OVER:
        raise Conflict("The learning pack is ready when the session is over.", code="not_over")
    entries = entries_of(visit, user)
    return f"{_file_name(visit.room.lesson.title)}.zip", offload(_press, entries)


def entries_of(visit: Visit, user: User) -> list[Entry]:
    """What is in it; what there is none of is left out."""
    room = visit.room
    texts = {
        "chat.txt": chat_text(room, user),
        "notes.md": _notes_text(room, user),
        "shared-notes.md": _shared_notes_text(room),
        "topics.md": _topics_text(room, user, chapters_of(visit, user)),
    }
    board = pages_of(room)
    found = [*_receipts(visit, user), *(Entry(name, text.encode()) for name, text in texts.items() if text)]
    if board != "[]":
        found.append(Entry("board.pdf", in_a_process("app.live.board_pdf", board.encode(), patience=60)))
    return [*found, *_files(room)]


def bookings_of(visit: Visit, user: User) -> Sequence[Booking]:
    """The bookings of a room that are this person's business: their own, or for the mentor all."""
    met = bookings.meetings_of(visit.room.lesson_id)
    return [booking for booking in met if user.id in (booking.learner_id, booking.lesson.mentor_id)]


def chapters_of(visit: Visit, user: User) -> tuple[Chapter, ...]:
    """The topics, with the moments at which they were covered."""
    measured = [booking for booking in bookings_of(visit, user) if receipt.was_measured(booking)]
    return receipt.figures_of(measured[0]).chapters if measured else ()


def messages_of(room: Room) -> Sequence[RoomMessage]:
    """Everything said in a room, oldest first."""
    query = select(RoomMessage).where(RoomMessage.room_id == room.id).order_by(RoomMessage.id)
    return db.session.scalars(query).all()


def chat_text(room: Room, reader: User) -> str:
    """The conversation as a file of text, by the reader's clock; empty when nothing was said."""
    zone = ZoneInfo(reader.timezone)
    return "".join(
        f"[{line.sent_at.astimezone(zone):%H:%M:%S}] {line.sender.name}: {_said(line)}\n" for line in messages_of(room)
    )


def _receipts(visit: Visit, user: User) -> list[Entry]:
    measured = [booking for booking in bookings_of(visit, user) if receipt.was_measured(booking)]
    if len(measured) == 1:
        return [Entry("receipt.pdf", receipt_words.pdf_of(measured[0], user))]
    return [Entry(f"receipt-{booking.id}.pdf", receipt_words.pdf_of(booking, user)) for booking in measured]


def _files(room: Room) -> list[Entry]:
    """Kept files up to MOST_FILE_BYTES together, in the order they came; those left out are named, and stay in the chat."""
    found: list[Entry] = []
    left_out: list[str] = []
    size = 0
    for line in messages_of(room):
        if line.file is None:
            continue
        if size + line.file.size > MOST_FILE_BYTES:
            left_out.append(line.text)
            continue
        try:
            data = files.bytes_of(line.file.key)
        except FileNotFoundError:
            continue
        size += line.file.size
        found.append(Entry(_free_name(line.text, found), data))
    if left_out:
        words = "Too large for the pack; they are in the chat of the session's page:\n" + "\n".join(left_out) + "\n"
        found.append(Entry("files/not-in-here.txt", words.encode()))
    return found


def _free_name(name: str, taken: Sequence[Entry]) -> str:
    """A path inside the pack that nothing else has, whatever the file was called."""
    safe = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", name).strip(". ")[:120] or "file"
    names = {entry.name.lower() for entry in taken}
    free = (f"files/{prefix}{safe}" for prefix in ("", *(f"{count}-" for count in range(2, len(taken) + 3))))
    return next(path for path in free if path.lower() not in names)


def _notes_text(room: Room, user: User) -> str:
    words = notes_of(user, room).strip()
    return f"# {room.lesson.title}\n\n{words}\n" if words else ""


def _shared_notes_text(room: Room) -> str:
    words = text_of(room).text.strip()
    return f"# {room.lesson.title}\n\n{words}\n" if words else ""


def _topics_text(room: Room, user: User, chapters: Sequence[Chapter]) -> str:
    if not chapters:
        return ""
    starts = room.lesson.starts_at.astimezone(ZoneInfo(user.timezone))
    lines = [f"- [{'x' if one.offset is not None else ' '}] {one.name}{_at(one)}" for one in chapters]
    return f"# {room.lesson.title}\n\n{starts:%A} {starts.day} {starts:%B %Y, %H:%M}\n\n" + "\n".join(lines) + "\n"


def _at(chapter: Chapter) -> str:
    return f" (covered at {mm_ss(chapter.offset)})" if chapter.offset is not None else ""


def _said(line: RoomMessage) -> str:
    return f"(file) {line.text}" if line.file else line.text.replace("\n", "\n    ")


def _file_name(title: str) -> str:
    """Letters and figures of the title, so that any system can store it."""
    words = re.sub(r"[^\w]+", "-", title, flags=re.ASCII).strip("-").lower()[:60]
    return f"{words or 'session'}-learning-pack"


def _press(entries: list[Entry]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            archive.writestr(entry.name, entry.data)
    return out.getvalue()
