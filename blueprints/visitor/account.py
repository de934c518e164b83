"""The way in and the way out: sign-up, sign-in, sign-out, a verified address."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.sessions import authenticate
from app.kernel.errors import Invalid
from app.web import limits
from app.web.filters import viewer_zone
from app.web.guards import home_of, let_in, let_out, safe_next, see_other, viewer
from blueprints.visitor.blueprint import visitor
from blueprints.visitor.forms import SignInForm, SignUpForm
from blueprints.visitor.mail_place import where_mail_goes


@visitor.route("/sign-up", methods=["GET", "POST"])
@limits.sign_up_by_address
def sign_up() -> ResponseReturnValue:
    """Make an account; whoever is let in goes on to where they wanted, or to the dashboard of their hat."""
    person = viewer()
    if person is not None and request.method == "GET":
        return redirect(_onwards(person, request.args.get("next")))
    form = SignUpForm()
    if form.validate_on_submit():
        try:
            newcomer = accounts.sign_up(form.draft(viewer_zone()))
        except Invalid as error:
            form.accept(error)
        else:
            let_in(newcomer)
            flash(f"Welcome, {newcomer.name}! {where_mail_goes('We have sent you a mail to confirm your address')}", "ok")
            return see_other(_onwards(newcomer, form.next.data))
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        form.wants_to_teach.data = bool(request.args.get("teach"))
        form.wants_to_learn.data = not form.wants_to_teach.data
    return render_template("visitor/sign_up.html", form=form), 422 if form.errors or form.form_errors else 200


@visitor.route("/sign-in", methods=["GET", "POST"])
@limits.sign_in_by_address
@limits.sign_in_by_account
def sign_in() -> ResponseReturnValue:
    """Let somebody in and send them to where they wanted to go."""
    person = viewer()
    if person is not None and request.method == "GET":
        return redirect(_onwards(person, request.args.get("next")))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            person = authenticate(form.email.data or "", form.password.data or "")
        except Invalid as error:
            form.accept(error)
        else:
            let_in(person)
            return see_other(_onwards(person, form.next.data))
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    return render_template("visitor/sign_in.html", form=form), 422 if form.errors or form.form_errors else 200


@visitor.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Close this browser's sign-in."""
    let_out()
    return see_other(url_for("visitor.landing"))


@visitor.get("/verify/<token>")
def verify(token: str) -> ResponseReturnValue:
    """A link from a mail: the address is theirs, or the link is too old."""
    person = accounts.verify_email(token)
    return render_template("visitor/verify.html", owner=person), 200 if person else 410


def _onwards(person: User, wanted: str | None) -> str:
    return safe_next(wanted, home_of(person))
