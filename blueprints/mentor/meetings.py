"""View models of a mentor's own sessions: one card a session, with everybody who has booked it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.queries import AheadOfMentor
from app.kernel.clock import now
from app.lessons import queries as lessons
from app.lessons.models import Lesson
from app.web.cards import BookingCard, LessonCard, PersonChip, Step, booking_cards, here_words, lesson_cards
from app.web.facts import Facts, facts_about
from app.web.proposal_cards import ProposalCard, proposal_card
from app.web.waking import wakes_at

A_LONG_TIME = timedelta(days=1)
"""Later than any decision about a session."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session as its mentor sees it; `others_time` is the first learner's own clock, `status` a booking's state or "open"."""

    card: LessonCard
    people: tuple[PersonChip, ...]
    status: str
    status_text: str
    price_text: str
    others_time: str | None
    join_url: str | None
    opens_at: datetime
    opens_text: str
    decides_at: datetime | None
    missing_text: str
    timeline: tuple[Step, ...]
    bookings: tuple[BookingCard, ...] = ()
    withdraw_url: str | None = None
    here_text: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What lies ahead of a mentor: the next session (with people before without), the rest, and when to look again."""

    hero: Meeting | None
    rest: tuple[Meeting, ...]
    wakes_at: datetime | None

    @property
    def all(self) -> tuple[Meeting, ...]:
        """Everything, soonest first."""
        found = (self.hero, *self.rest) if self.hero else self.rest
        return tuple(sorted(found, key=lambda meeting: meeting.card.starts_at))


@dataclass(frozen=True, slots=True)
class Diary:
    """All a mentor's pages read, once: what they offer (soonest first), the bookings of it, and what cards say besides."""

    mentor: User
    offered: Sequence[Lesson]
    ahead: AheadOfMentor
    facts: Facts


def diary_of(mentor: User) -> Diary:
    """Read it: six queries, however much there is."""
    offered = lessons.upcoming_of(mentor.id)  # first, so that the bookings find their lessons loaded
    ahead = bookings.ahead_of_mentor(mentor)
    return Diary(mentor, offered, ahead, facts_about(offered, (*ahead.requests, *ahead.accepted)))


def requests_in(diary: Diary) -> dict[str, Any]:
    """What mentor/_requests.html shows: what waits for an answer, and when to look again."""
    requests, rejected = diary.ahead.requests, diary.ahead.rejected
    moments = [wakes_at(bookings=requests), *(booking.undo_until for booking in rejected)]
    return {
        "requests": booking_cards(requests, diary.mentor, diary.facts),
        "moves": _moves_in(diary),
        "rejected": [(booking.id, booking.learner.name, booking.lesson.title) for booking in rejected],
        "requests_wake_at": min((moment for moment in moments if moment is not None), default=None),
    }


def _moves_in(diary: Diary) -> list[ProposalCard]:
    """Other times that learners propose for what is accepted already; those about requests stand in their cards."""
    asked = [booking for booking in diary.ahead.accepted if booking.id in diary.facts.proposals]
    cards = [proposal_card(diary.facts.proposals[booking.id], booking, diary.mentor) for booking in asked]
    return [card for card in cards if not card.is_mine]


def agenda_in(diary: Diary) -> Agenda:
    """A mentor's sessions that are not over."""
    mentor, offered, booked = diary.mentor, diary.offered, diary.ahead.accepted
    taken = {booking.lesson_id for booking in booked}
    open_ones = [lesson for lesson in offered if lesson.id not in taken and lesson.is_offered]
    asked = {booking.lesson_id for booking in diary.ahead.requests}
    meetings = [
        *_booked_meetings(booking_cards(booked, mentor, diary.facts)),
        *_open_meetings(lesson_cards(open_ones, mentor, diary.facts), asked),
    ]
    meetings.sort(key=lambda meeting: meeting.card.starts_at)
    hero = min(meetings, key=lambda meeting: (not meeting.people, meeting.card.starts_at), default=None)
    rest = tuple(meeting for meeting in meetings if meeting is not hero)
    return Agenda(hero, rest, wakes_at(offered, booked))


def _booked_meetings(cards: Sequence[BookingCard]) -> list[Meeting]:
    by_lesson: dict[int, list[BookingCard]] = {}
    for card in cards:
        by_lesson.setdefault(card.card.id, []).append(card)
    return [_meeting(cards) for cards in by_lesson.values()]


def _meeting(cards: list[BookingCard]) -> Meeting:
    first = min(cards, key=lambda card: card.status != "confirmed")
    missing = min(cards, key=lambda card: card.decides_at or card.card.starts_at + A_LONG_TIME)
    return Meeting(
        card=first.card,
        people=tuple(card.other for card in cards),
        status=first.status,
        status_text=first.status_text,
        price_text=first.price_text if len(cards) == 1 else f"{first.price_text}, each of {len(cards)}",
        others_time=f"{first.other_time} for {first.other.name.split()[0]}" if first.other_time and len(cards) == 1 else None,
        join_url=next((card.join_url for card in cards if card.join_url), None),
        opens_at=first.opens_at,
        opens_text=first.opens_text,
        decides_at=missing.decides_at,
        missing_text=missing.missing_text,
        timeline=first.timeline,
        bookings=tuple(cards),
        withdraw_url=_withdraw_url(first.card),
        here_text=here_words([card.here for card in cards if card.here]),
    )


def _withdraw_url(card: LessonCard) -> str | None:
    return url_for("mentor.withdraw_session", lesson_id=card.id) if card.starts_at > now() else None


def _open_meetings(cards: Sequence[LessonCard], asked: set[int]) -> list[Meeting]:
    return [_open_meeting(card, card.id in asked) for card in cards]


def _open_meeting(card: LessonCard, is_asked: bool) -> Meeting:
    """A session in which nobody has a seat yet; `is_asked`: somebody waits for the mentor's answer."""
    text = "Open for booking" if card.starts_at > now() else "Nobody booked"
    return Meeting(
        card=card,
        people=(),
        status="requested" if is_asked else "open",
        status_text="Waiting for you" if is_asked else text,
        price_text=f"{card.price} a seat",
        others_time=None,
        join_url=None,
        opens_at=card.starts_at,
        opens_text="",
        decides_at=None,
        missing_text="",
        withdraw_url=_withdraw_url(card),
        timeline=(
            Step("Published", "done"),
            Step("Requested", "done" if is_asked else "now"),
            Step("Accepted", "now" if is_asked else "next"),
            Step("Taught", "next"),
            Step("Released", "next"),
        ),
    )
