"""Home: the next session, what can be booked, what is booked. Each part is a fragment of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.lessons import queries as lessons
from app.lessons import talk
from app.lessons.models import Lesson
from app.web.cards import BookingCard, booking_cards, lesson_cards
from app.web.facts import Facts, facts_about
from app.web.guards import me
from app.web.waking import wakes_at
from blueprints.learner.blueprint import learner
from blueprints.learner.talking import SHOWN as SHOWN_HERE
from blueprints.learner.talking import talk_cards

SHOWN = 6
"""Cards in the grid; the rest is a tap away in the catalog."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a learner has booked: the next session, the rest, everything soonest first, and when to look again."""

    hero: BookingCard | None
    rest: tuple[BookingCard, ...]
    all: tuple[BookingCard, ...]
    wakes_at: datetime | None


@learner.get("/")
def home() -> str:
    """The page."""
    booked = bookings.upcoming_for_learner(me())
    offered = _bookable(booked, me())
    facts = facts_about(offered, booked)
    talks = talk_cards(talk.here(SHOWN_HERE, but=me().id))
    parts = {"ahead": _ahead(booked, me(), facts), "talks": talks, **_for_you(offered, me(), facts)}
    return render_template("learner/home.html", **parts)


@learner.get("/next")
def hero() -> str:
    """The next session, large."""
    return render_template("learner/_hero.html", ahead=ahead_of(me()))


@learner.get("/for-you")
def for_you() -> str:
    """What can be booked."""
    offered = _bookable(bookings.upcoming_for_learner(me()), me())
    return render_template("learner/_for_you.html", **_for_you(offered, me()))


@learner.get("/upcoming")
def upcoming() -> str:
    """What is booked after the next session."""
    return render_template("learner/_upcoming.html", ahead=ahead_of(me()))


@learner.get("/agenda")
def next_up() -> str:
    """The column beside: times and names."""
    return render_template("learner/_next_up.html", ahead=ahead_of(me()))


def ahead_of(person: User) -> Ahead:
    """What somebody has booked and what is not over."""
    return _ahead(bookings.upcoming_for_learner(person), person)


def _ahead(found: Sequence[Booking], person: User, facts: Facts | None = None) -> Ahead:
    cards = booking_cards(found, person, facts)
    hero = next((card for card in cards if card.status == BookingState.CONFIRMED), cards[0] if cards else None)
    return Ahead(hero, tuple(card for card in cards if card is not hero), tuple(cards), wakes_at(bookings=found))


def _bookable(booked: Sequence[Booking], person: User) -> Sequence[Lesson]:
    """The soonest sessions this person can book: not their own, not booked already."""
    return lessons.starting_soon(SHOWN, not_by=person.id, without={booking.lesson_id for booking in booked})


def _for_you(offered: Sequence[Lesson], person: User, facts: Facts | None = None) -> dict[str, Any]:
    return {"offered": lesson_cards(offered, person, facts), "offered_wake_at": wakes_at(offered)}
