"""Saved ways to pay."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.payments.methods import forget_method as forget
from app.payments.methods import saved_methods
from app.web.fragments import is_htmx, with_toast
from app.web.guards import me, see_other
from blueprints.profile.blueprint import profile


@profile.get("/profile/methods")
def methods() -> str:
    """The list alone."""
    return render_template("profile/_methods.html", methods=saved_methods(me()))


@profile.post("/profile/methods/<int:method_id>/removal")
def forget_method(method_id: int) -> ResponseReturnValue:
    """Forget one; 404 for anybody else's."""
    forget(me(), method_id)
    if not is_htmx():
        flash("Forgotten", "ok")
        return see_other(url_for("profile.home", tab="settings"))
    return with_toast(methods(), "Forgotten")
