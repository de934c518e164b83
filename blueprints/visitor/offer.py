"""An offer's own page: what it is, its free days and times, and why a time is not among them."""

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.community import queries as community
from app.community.queries import NO_RATING
from app.kernel.errors import Invalid, NotFound
from app.lessons.appointment_offer_models import Offer, OfferState
from app.lessons.appointment_offers import Calendar, calendar_of, offer_by_id
from app.lessons.availability import absence_today
from app.lessons.calendar import moment_from_wall_clock
from app.lessons.explaining_slots import sentence
from app.lessons.slots import Rule, nearest
from app.web.cards import minutes_text, person_chip
from app.web.filters import viewer_zone, when, zone_name
from app.web.guards import viewer
from app.web.limits import search_by_person
from app.web.slots import art_of, card_of_slot, day_from, moment_of, slot_chips, slot_page
from blueprints.visitor.blueprint import visitor


@visitor.get("/offers/<int:offer_id>")
def offer(offer_id: int) -> ResponseReturnValue:
    """The page; ?at= opens the booking dialog for whoever is signed in."""
    found = shown_offer(offer_id, viewer())
    calendar = calendar_of(found.mentor_id, viewer()) if found.state is OfferState.OPEN else None
    at = moment_of(request.args.get("at"))
    return render_template(
        "visitor/offer.html",
        offer=found,
        mentor=person_chip(found.mentor, community.ratings_of([found.mentor_id]).get(found.mentor_id, NO_RATING)),
        duration=minutes_text(found.duration_minutes),
        art_url=art_of(found),
        page=slot_page(found, calendar, day_from(request.args.get("from"))),
        opens=card_of_slot(found, at).book_url if at else None,
        away=away_now(found.mentor),
    )


@visitor.get("/offers/<int:offer_id>/slots")
@search_by_person
def offer_slots(offer_id: int) -> str:
    """The free times alone, another week of them."""
    found = shown_offer(offer_id, viewer())
    calendar = calendar_of(found.mentor_id, viewer()) if found.state is OfferState.OPEN else None
    return render_template("visitor/_slots.html", offer=found, page=slot_page(found, calendar, day_from(request.args.get("from"))))


@visitor.get("/offers/<int:offer_id>/why")
@search_by_person
def why(offer_id: int) -> str:
    """Which rule keeps a time from being offered, and what is free near it."""
    found = shown_offer(offer_id, viewer())
    calendar = calendar_of(found.mentor_id, viewer()) if found.state is OfferState.OPEN else None
    text, near = _answer(found, calendar, request.args.get("wanted", ""))
    return render_template("visitor/_why.html", text=text, near=near)


def shown_offer(offer_id: int, person: User | None) -> Offer:
    """An offer people may look at: an open one, and a paused one for its mentor. NotFound otherwise."""
    found = offer_by_id(offer_id)
    if found.state is not OfferState.OPEN and (person is None or person.id != found.mentor_id):
        raise NotFound("We could not find this offer.")
    return found


def away_now(mentor: User) -> str | None:
    """What the mentor wants people to read while they are away today; empty when they left no words, None when they are here."""
    absence = absence_today(mentor)
    return absence.message if absence else None


def _answer(found: Offer, calendar: Calendar | None, wanted: str) -> tuple[str, tuple]:
    first, zone = found.mentor.name.split()[0], viewer_zone()
    if calendar is None:
        return f"{first} has not said yet when to book this.", ()
    try:
        wall = datetime.fromisoformat(wanted[:16]).replace(tzinfo=None)
        if day_from(wanted) is None:
            return "Choose a day and a time.", ()
        start = moment_from_wall_clock(wall, zone)
    except Invalid as fault:
        return fault.message, ()
    except ValueError:
        return "Choose a day and a time.", ()
    named = f"{when(start, zone)} {zone_name(start, zone)}"
    free = calendar.slots(found.duration_minutes)
    near = slot_chips(found, calendar, nearest(free, start))
    rule = calendar.why_not(found.duration_minutes, start)
    if start in free:
        return f"{named} is free.", slot_chips(found, calendar, [start])
    if rule is None:
        return f"{named}: you have something else in your own calendar then.", near
    reason = f"{first} has something else then." if rule is Rule.BUSY else sentence(rule, calendar.plan, first, start)
    return f"{named}: {reason}", near
