"""A forgotten password: a link by mail, then a new one."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.accounts import tokens
from app.kernel.errors import Invalid
from app.web import limits
from app.web.guards import see_other
from blueprints.visitor.blueprint import visitor
from blueprints.visitor.forms import NewPasswordForm, ResetForm
from blueprints.visitor.mail_place import where_mail_goes


@visitor.route("/reset", methods=["GET", "POST"])
@limits.reset_by_address
@limits.reset_by_account
def reset() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether there is such an account or not."""
    form = ResetForm()
    if form.validate_on_submit():
        accounts.request_reset(form.email.data or "")
        return render_template(
            "visitor/reset_sent.html", email=form.email.data, note=where_mail_goes("It should be there in a minute")
        )
    return render_template("visitor/reset.html", form=form), 422 if form.errors else 200


@visitor.route("/reset/<token>", methods=["GET", "POST"])
@limits.reset_by_address
def new_password(token: str) -> ResponseReturnValue:
    """Choose the new password; every open sign-in is closed with it."""
    if tokens.user_of_token(tokens.RESET, token) is None:
        return render_template("visitor/reset_dead.html"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            accounts.reset_password(token, form.password.data or "")
        except Invalid as error:
            form.accept(error)
        else:
            flash("Your new password works from now on. Please sign in with it.", "ok")
            return see_other(url_for("visitor.sign_in"))
    return render_template("visitor/new_password.html", form=form), 422 if form.errors or form.form_errors else 200
