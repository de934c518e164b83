"""View models of the session's page after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import url_for

from app.accounts.models import User
from app.bookings.explaining import explain
from app.bookings.models import Booking
from app.bookings.queries import people_of_room
from app.community import service as community
from app.live import board_queries, pack, receipt
from app.live.models import Room, RoomMessage
from app.live.notes import LONGEST_NOTES, notes_of
from app.live.queries import Visit
from app.live.receipt import Chapter
from app.live.receipt_words import link_words, mm_ss, removed_words
from app.live.shared_notes import text_of
from app.web.cards import PersonChip, person_chip
from app.web.filters import viewer_zone, when
from blueprints.live.recording_card import RecordingCard, recording_card

MOST_LINES = 500
"""Chat lines on the page, the latest; the learning pack has all."""


@dataclass(frozen=True, slots=True)
class ShortReceipt:
    """A presence receipt in a few words: `with_whom` is the one on the other side, `removed` says that the mentor ended
    the learner's part, and when."""

    url: str
    pdf_url: str
    with_whom: str
    together: str
    planned: str
    measured: str
    pauses: int
    link: str
    money: str
    removed: str


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of the conversation; `is_first` when somebody else spoke before; a kept file has its name for a text."""

    name: str
    at: str
    text: str
    is_mine: bool
    is_first: bool
    file_url: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and its moment in the session ("12:30"), empty when it was not covered."""

    name: str
    at: str


@dataclass(frozen=True, slots=True)
class AfterPage:
    """All that a session left behind, for one of its people. `rate` is whom they could still rate. While it goes on without them
    (`is_going_on`) what those inside share is left out."""

    room: Room
    title: str
    when: str
    role: str
    others: tuple[PersonChip, ...]
    receipts: tuple[ShortReceipt, ...]
    topics: tuple[Topic, ...]
    lines: tuple[ChatLine, ...]
    left_out: int
    notes: str
    longest_notes: int
    shared_notes: str
    has_board: bool
    rate: str | None
    recording: RecordingCard | None
    is_going_on: bool


def after_view(visit: Visit, viewer: User) -> AfterPage:
    """The page of one viewer."""
    room, lesson = visit.room, visit.room.lesson
    said = () if visit.is_out else pack.messages_of(room)
    measured = [booking for booking in pack.bookings_of(visit, viewer) if receipt.was_measured(booking)]
    to_rate = None if visit.is_out else community.next_to_review(viewer, lesson.id)
    return AfterPage(
        room=room,
        title=lesson.title,
        when=when(lesson.starts_at, viewer_zone()),
        role=visit.seat.role,
        others=tuple(person_chip(person) for person in people_of_room(lesson.id) if person.id != viewer.id),
        receipts=tuple(_short(booking, viewer) for booking in measured),
        topics=() if visit.is_out else tuple(_topic(one) for one in pack.chapters_of(visit, viewer)),
        lines=_lines(room, said[-MOST_LINES:], viewer),
        left_out=max(0, len(said) - MOST_LINES),
        notes=notes_of(viewer, room),
        longest_notes=LONGEST_NOTES,
        shared_notes="" if visit.is_out else text_of(room).text,
        has_board=not visit.is_out and board_queries.version(room) > 0,
        recording=None if visit.is_out else recording_card(room, viewer),
        is_going_on=visit.is_out,
        rate=_other(to_rate, viewer).name.split()[0] if to_rate else None,
    )


def _short(booking: Booking, viewer: User) -> ShortReceipt:
    figures, other = receipt.figures_of(booking), _other(booking, viewer)
    own = next(one for one in figures.people if one.person.id == viewer.id)
    name, settled = other.name.split()[0], booking.settlement
    return ShortReceipt(
        url=url_for("booking.presence", booking_id=booking.id),
        pdf_url=url_for("booking.presence_pdf", booking_id=booking.id),
        with_whom=other.name,
        together=mm_ss(figures.seconds),
        planned=mm_ss((figures.planned.end - figures.planned.start).total_seconds()),
        measured=mm_ss(figures.measured) if figures.measured else "",
        pauses=len(figures.pauses),
        link=link_words(own),
        removed=removed_words(figures, viewer),
        money=explain(settled, to_mentor=viewer.id == booking.lesson.mentor_id, other=name) if settled else "",
    )


def _topic(chapter: Chapter) -> Topic:
    return Topic(chapter.name, mm_ss(chapter.offset) if chapter.offset is not None else "")


def _other(booking: Booking, viewer: User) -> User:
    return booking.lesson.mentor if viewer.id == booking.learner_id else booking.learner


def _lines(room: Room, said: Sequence[RoomMessage], viewer: User) -> tuple[ChatLine, ...]:
    zone = ZoneInfo(viewer_zone())
    before = [None, *(line.sender_id for line in said)]
    return tuple(
        ChatLine(
            name=line.sender.name,
            at=f"{line.sent_at.astimezone(zone):%H:%M}",
            text=line.text,
            is_mine=line.sender_id == viewer.id,
            is_first=line.sender_id != earlier,
            file_url=url_for("live.file", room_id=room.public_id, key=line.file.key) if line.file else None,
        )
        for line, earlier in zip(said, before, strict=False)
    )
