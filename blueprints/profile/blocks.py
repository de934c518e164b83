"""Whom somebody has blocked."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.blocks import blocked_by, unblock
from app.web.cards import person_chip
from app.web.fragments import is_htmx, with_toast
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.profile.blueprint import profile


@profile.get("/profile/blocks")
def blocks() -> str:
    """The list alone."""
    return render_template("profile/_blocks.html", blocked=[person_chip(person) for person in blocked_by(me())])


@profile.post("/profile/blocks/<int:person_id>/removal")
@write_by_person
def unblock_person(person_id: int) -> ResponseReturnValue:
    """Take one back; harmless for anybody who is not blocked."""
    unblock(me(), person_id)
    if not is_htmx():
        flash("Unblocked", "ok")
        return see_other(url_for("profile.home", tab="settings"))
    return with_toast(blocks(), "Unblocked")
