"""Availability: the week, the rules, days that differ, being away, and what a learner elsewhere sees of it."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.service import known_timezone
from app.bookings.cancelling import cancel_booking
from app.bookings.moving_on import propose_next_free
from app.kernel.errors import DomainError, Invalid
from app.lessons import availability as uses
from app.lessons.appointment_offers import offers_of
from app.web.addresses import whole_number
from app.web.filters import plural
from app.web.fragments import is_htmx
from app.web.guards import me, see_other
from app.web.limits import search_by_person, write_by_person
from app.web.slots import offer_cards
from blueprints.mentor.availability_forms import FORMS, RulesForm, WeekForm, ZoneForm
from blueprints.mentor.availability_view import affected_by, deviation_lines, preview_for
from blueprints.mentor.blueprint import mentor

MOST_AT_ONCE = 60
SAVED = {"hours": "Those days are changed.", "travel": "Have a good journey.", "away": "Nobody can book you then."}


@mentor.get("/availability")
def availability() -> str:
    """The page."""
    return _page()


@mentor.post("/availability/week")
@write_by_person
def week() -> ResponseReturnValue:
    """Save the week; or a row more, a row less, one day's hours on all days, without saving."""
    form, zone, what = WeekForm.typed(request.form), ZoneForm(), request.form.get("do", "save")
    zone.timezone.allow(me().timezone)
    if what != "save":
        form.change(what)
        parts = {"week": form, "zone": zone, "is_new": False, "is_changed": True}
        return render_template("mentor/_week.html", **parts) if is_htmx() else _page(**parts)
    try:
        if not zone.validate():
            raise Invalid("Choose a time zone from the list.")
        uses.save_week(me(), zone.timezone.data, form.read())
    except Invalid as fault:
        form.accept(fault)
        return _page(week=form, zone=zone, is_changed=True), 422
    return _saved("Your week is saved.")


@mentor.post("/availability/rules")
@write_by_person
def rules() -> ResponseReturnValue:
    """Save the rules."""
    form = RulesForm()
    if not form.validate():
        return _page(rules=form), 422
    uses.save_rules(me(), form.rules())
    return _saved("Your rules are saved.")


@mentor.post("/availability/days/<any(hours, travel, away):kind>")
@write_by_person
def add_days(kind: str) -> ResponseReturnValue:
    """Say what differs between two days."""
    form = FORMS[kind]()
    try:
        if not form.validate():
            return _page(**{kind: form}), 422
        uses.add_deviation(me(), form.draft())
    except Invalid as fault:
        form.accept(fault)
        return _page(**{kind: form}), 422
    return _saved(SAVED[kind])


@mentor.post("/availability/days/<int:deviation_id>/removal")
@write_by_person
def remove_days(deviation_id: int) -> ResponseReturnValue:
    """The week holds again."""
    uses.remove_deviation(me(), deviation_id)
    return _saved("Your usual week holds again.")


@mentor.post("/availability/away/cancellations")
@write_by_person
def cancel_affected() -> ResponseReturnValue:
    """Cancel every booking the page showed, each on the terms it showed; one that has moved on stays and is named."""

    def cancel(text: str) -> None:
        number, _, agreed = text.partition(":")
        cancel_booking(me(), whole_number(number), agreed)

    done, refused = _with_each("booking", cancel)
    words = f"{plural(done, 'session')} canceled. Learners get all their money back." if done else "Nothing was canceled."
    return _saved(words, refused)


@mentor.post("/availability/away/proposals")
@write_by_person
def move_affected() -> ResponseReturnValue:
    """Propose to every learner the page showed the next time that suits both; whoever cannot be asked is named."""
    done, refused = _with_each("move", lambda text: propose_next_free(me(), whole_number(text)))
    words = f"{plural(done, 'learner is', 'learners are')} asked about another time." if done else "Nobody was asked."
    return _saved(words, refused)


@mentor.get("/availability/preview")
@search_by_person
def preview() -> str:
    """The coming days as a learner in another zone sees them."""
    return render_template("mentor/_slots_preview.html", preview=preview_for(me(), known_timezone(request.args.get("zone", ""))))


def _with_each(field: str, act: Callable[[str], object]) -> tuple[int, str]:
    """Do something with each value of a field: how often it was done, and why the last one that was not could not be."""
    done, refused = 0, ""
    for text in request.form.getlist(field)[:MOST_AT_ONCE]:
        try:
            act(text)
            done += 1
        except DomainError as refusal:
            refused = refusal.message
    return done, refused


def _saved(words: str, refused: str = "") -> ResponseReturnValue:
    flash(words, "ok")
    if refused:
        flash(refused, "bad")
    return see_other(url_for("mentor.availability"))


def _page(**changed: Any) -> str:
    found = uses.availability_of(me().id)
    own_zone = found.timezone if found else me().timezone
    zone = ZoneForm(formdata=None, data={"timezone": own_zone})
    zone.timezone.allow(own_zone)
    deviations = uses.deviations_of(me().id)
    parts = {
        "week": WeekForm.saved(found),
        "zone": zone,
        "rules": RulesForm.saved(found),
        "is_new": found is None,
        "is_changed": False,
        "own_zone": own_zone,
        **{kind: form(formdata=None) for kind, form in FORMS.items()},
        "lines": deviation_lines(deviations),
        "affected": affected_by(me(), deviations),
        "offers": offers_of(me().id),
        "cards": {card.id: card for card in offer_cards(offers_of(me().id), None)},
        "preview": preview_for(me(), me().timezone),
    }
    return render_template("mentor/availability.html", **{**parts, **changed})
