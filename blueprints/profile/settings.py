"""Settings: time zone, theme, sound, hats, and the saved ways to pay."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.accounts.blocks import blocked_by
from app.accounts.models import User
from app.kernel.errors import Invalid
from app.payments.methods import saved_methods
from app.web.cards import person_chip
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.profile.blueprint import profile
from blueprints.profile.calendar import feed_address
from blueprints.profile.forms import SettingsForm


@profile.post("/profile/settings")
@write_by_person
def save_settings() -> ResponseReturnValue:
    """Save."""
    form = _form(me())
    if not form.validate():
        return _page(form), 422
    try:
        accounts.update_settings(me(), form.draft())
    except Invalid as fault:
        form.accept(fault)
        return _page(form), 422
    flash("Saved", "ok")
    return see_other(url_for("profile.home", tab="settings"))


def settings_page() -> str:
    """The tab, as things stand."""
    return _page(_form(me(), fresh=True))


def _form(user: User, fresh: bool = False) -> SettingsForm:
    form = SettingsForm(formdata=None, obj=user) if fresh else SettingsForm()
    form.keep_zone_of(user)
    return form


def _page(form: SettingsForm) -> str:
    blocked = [person_chip(person) for person in blocked_by(me())]
    return render_template(
        "profile/settings.html", form=form, methods=saved_methods(me()), feed_address=feed_address(me()), blocked=blocked
    )
