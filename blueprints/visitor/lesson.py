"""A session's own page, and its details as a pop-up."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.bookings.visibility import lesson_for
from app.community import queries as community
from app.kernel.clock import now
from app.lessons import queries as lessons
from app.web.cancel_words import cancel_text, policy_name
from app.web.cards import FULLY_BOOKED, lesson_cards
from app.web.filters import their_clock
from app.web.guards import viewer
from app.web.lines import line_view
from blueprints.visitor.blueprint import visitor
from blueprints.visitor.structured import lesson_facts

REVIEWS, OTHERS = 6, 4


@visitor.get("/sessions/<int:lesson_id>")
def lesson(lesson_id: int) -> ResponseReturnValue:
    """Everything about one session; ?book=1 opens the booking dialog for whoever is signed in."""
    found = lesson_for(viewer(), lesson_id, request.args.get("key", ""))
    [card] = lesson_cards([found], viewer())
    upcoming = [other for other in lessons.shown_of(found.mentor_id, OTHERS + 1) if other.id != found.id][:OTHERS]
    is_full = card.state_note == FULLY_BOOKED
    line = line_view(found, viewer(), is_full=True) if is_full else None
    has_offer = line is not None and line.offered_until is not None
    return render_template(
        "visitor/lesson.html",
        card=card,
        mentor=found.mentor,
        mentor_time=their_clock(found.starts_at, found.timezone),
        reviews=community.published_about(found.mentor_id, REVIEWS),
        others=lesson_cards(upcoming, viewer()),
        is_private=found.link_token is not None,
        opens_booking=bool(request.args.get("book")) and (card.state_note is None or has_offer),
        key=found.link_token,
        line=line,
        own_booking=_own_booking(found.id) if is_full and line is None else None,
        policy_name=policy_name(found.cancel_policy),
        cancel_text=cancel_text(found.cancel_policy, found.starts_at) if found.starts_at > now() else "",
        facts=lesson_facts(found, card),
    )


def _own_booking(lesson_id: int) -> Booking | None:
    """Whoever has one of the seats finds their booking instead of what they cannot book."""
    person = viewer()
    return bookings.live_of_learner_in(person, lesson_id) if person is not None else None


@visitor.get("/sessions/<int:lesson_id>/details")
def lesson_details(lesson_id: int) -> ResponseReturnValue:
    """The pop-up beside a card."""
    [card] = lesson_cards([lesson_for(viewer(), lesson_id, request.args.get("key", ""))], viewer())
    return render_template("visitor/_details.html", card=card), 200, {"Cache-Control": "private, max-age=30"}
