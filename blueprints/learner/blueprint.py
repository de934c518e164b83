"""The learner's blueprint and its guard."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Hat
from app.web.fragments import is_htmx
from app.web.guards import require_hat, wear_hat

learner = Blueprint("learner", __name__, url_prefix="/dashboard/learner")


@learner.before_request
def book_after_sign_in() -> ResponseReturnValue | None:
    """Whoever taps Book before signing in comes back to the session with the dialog open."""
    if current_user.is_authenticated or request.endpoint != "learner.book":
        return None
    back = url_for("visitor.lesson", lesson_id=(request.view_args or {})["lesson_id"], book=1, key=request.args.get("key"))
    target = url_for("visitor.sign_in", next=back)
    return ("", 401, {"HX-Redirect": target}) if is_htmx() else redirect(target)


require_hat(learner, Hat.LEARNER)
wear_hat(learner, Hat.LEARNER)
