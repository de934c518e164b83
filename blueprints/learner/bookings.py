"""Booked sessions: what lies ahead and what is over."""

from flask import render_template, request

from app.bookings import line
from app.bookings import queries as bookings
from app.web.guards import me
from app.web.lines import line_views
from app.web.past import past_cards
from blueprints.learner.blueprint import learner
from blueprints.learner.home import ahead_of


@learner.get("/booked", endpoint="bookings")
def booked() -> str:
    """The page; ?tab=past shows what is over."""
    if request.args.get("tab") == "past":
        return render_template("learner/booked.html", tab="past", past=past_cards(bookings.past_for_learner(me()), me()))
    return render_template("learner/booked.html", tab="upcoming", ahead=ahead_of(me()), lines=line_views(line.standings_of(me())))


@learner.get("/booked/upcoming")
def booked_upcoming() -> str:
    """The list of what lies ahead."""
    return render_template("learner/_booked.html", ahead=ahead_of(me()))


@learner.get("/booked/past")
def booked_past() -> str:
    """The list of what is over."""
    return render_template("learner/_past.html", past=past_cards(bookings.past_for_learner(me()), me()))
