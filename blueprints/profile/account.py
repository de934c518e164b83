"""The profile: what others see, and which side of the house somebody looks at."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.accounts.models import Hat
from app.bookings import queries as bookings
from app.community import queries as community
from app.kernel.errors import Invalid
from app.web.cards import person_chip
from app.web.guards import home_of, me, see_other
from app.web.limits import write_by_person
from app.web.past import past_cards
from blueprints.profile.blueprint import profile
from blueprints.profile.forms import ProfileForm
from blueprints.profile.settings import settings_page


@profile.get("/profile/")
def home() -> str:
    """The tabs: ?tab=settings, ?tab=past, and otherwise what others see."""
    tab = request.args.get("tab")
    if tab == "settings":
        return settings_page()
    if tab == "past":
        return render_template("profile/past.html", taught=_taught(), learnt=_learnt())
    return _page(ProfileForm(formdata=None, obj=me()))


@profile.post("/profile/")
@write_by_person
def save_profile() -> ResponseReturnValue:
    """Save."""
    form = ProfileForm()
    if not form.validate():
        return _page(form), 422
    try:
        accounts.update_profile(me(), form.draft())
    except Invalid as fault:
        form.accept(fault)
        return _page(form), 422
    flash("Saved", "ok")
    return see_other(url_for("profile.home"))


@profile.post("/profile/hat")
def switch_hat() -> ResponseReturnValue:
    """Look at the other side of the house."""
    wanted = Hat.MENTOR if request.form.get("hat") == Hat.MENTOR else Hat.LEARNER
    return see_other(home_of(accounts.switch_hat(me(), wanted)))


def _page(form: ProfileForm) -> str:
    rating = community.ratings_of([me().id]).get(me().id, community.NO_RATING)
    return render_template("profile/profile.html", form=form, chip=person_chip(me(), rating))


def _taught() -> list:
    return past_cards(bookings.past_for_mentor(me()), me()) if me().is_mentor else []


def _learnt() -> list:
    return past_cards(bookings.past_for_learner(me()), me()) if me().is_learner else []
