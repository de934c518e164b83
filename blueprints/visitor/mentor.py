"""A mentor's public page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.community import queries as community
from app.community.queries import NO_RATING
from app.community.tags import ABOUT_MENTOR
from app.lessons import queries as lessons
from app.lessons import talk
from app.lessons.appointment_offers import calendar_of, offers_of
from app.payments.methods import can_pay_at_once
from app.web.cards import lesson_cards, minutes_text, person_chip
from app.web.filters import viewer_zone
from app.web.guards import viewer
from app.web.slots import offer_cards
from blueprints.visitor.blueprint import visitor
from blueprints.visitor.offer import away_now
from blueprints.visitor.structured import mentor_facts


@visitor.get("/mentors/<int:mentor_id>")
def mentor(mentor_id: int) -> ResponseReturnValue:
    """Who they are, what they teach next, what others say."""
    person = accounts.mentor(mentor_id)
    chip = person_chip(person, community.ratings_of([person.id]).get(person.id, NO_RATING))
    offer = talk.offer_of(person.id)
    open_offers = offers_of(person.id, only_open=True)
    calendar = calendar_of(person.id, viewer()) if open_offers else None
    is_here = offer is not None and can_pay_at_once() and talk.is_here(offer)
    return render_template(
        "visitor/mentor.html",
        mentor=person,
        chip=chip,
        topics=lessons.topics_taught_by(person.id),
        cards_list=lesson_cards(lessons.shown_of(person.id, 12), viewer()),
        said=community.tag_counts(person.id, ABOUT_MENTOR),
        reviews=community.published_about(person.id),
        talk_text=f"{minutes_text(offer.minutes)} for {offer.price}" if is_here else "",
        offers=offer_cards(open_offers, calendar),
        slot_zone=viewer_zone(),
        away=away_now(person),
        facts=mentor_facts(person, chip),
    )
