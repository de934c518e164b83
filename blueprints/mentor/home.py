"""Home: the next session, what waits for an answer, what lies ahead, what was earned. Each part is a fragment of its own."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, session

from app.bookings import queries as bookings
from app.bookings.earnings import snapshot as figures
from app.bookings.models import Booking
from app.web.cards import booking_cards
from app.web.guards import me
from app.web.waking import wakes_at
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.lessons import PUBLISHED
from blueprints.mentor.meetings import agenda_of


@mentor.get("/")
def home() -> str:
    """The page; a session published a moment ago brings its pop-up along, once."""
    promote_id = session.pop(PUBLISHED, None)
    waiting = bookings.requests_for(me())
    agenda = agenda_of(me(), waiting)
    return render_template("mentor/home.html", agenda=agenda, figures=figures(me()), promote_id=promote_id, **_cards_of(waiting))


@mentor.get("/next")
def hero() -> str:
    """The next session, large."""
    return render_template("mentor/_hero.html", agenda=agenda_of(me()))


@mentor.get("/requests")
def requests() -> str:
    """What waits for an answer."""
    return render_template("mentor/_requests.html", **_cards_of(bookings.requests_for(me())))


@mentor.get("/upcoming")
def upcoming() -> str:
    """The sessions after the next one."""
    return render_template("mentor/_upcoming.html", agenda=agenda_of(me()))


@mentor.get("/agenda")
def next_up() -> str:
    """The column beside: times and names."""
    return render_template("mentor/_next_up.html", agenda=agenda_of(me()))


@mentor.get("/snapshot")
def snapshot() -> str:
    """What is held and what is available."""
    return render_template("mentor/_snapshot.html", figures=figures(me()))


def _cards_of(waiting: Sequence[Booking]) -> dict[str, Any]:
    return {"requests": booking_cards(waiting, me()), "requests_wake_at": wakes_at(bookings=waiting)}
