"""The front door."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.lessons import queries as lessons
from app.web.cards import lesson_cards
from app.web.guards import viewer
from blueprints.visitor.blueprint import visitor

SHOWN, TOPICS = 9, 12


@visitor.get("/")
def landing() -> ResponseReturnValue:
    """What this is, what starts soon, and one field to begin with."""
    cards = lesson_cards(lessons.starting_soon(SHOWN), viewer())
    return render_template(
        "visitor/landing.html",
        next_card=cards[0] if cards else None,
        cards=cards[1:],
        topics=lessons.popular_topics(TOPICS),
    )
