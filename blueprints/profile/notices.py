"""The bell: how many are new, what was said, and what pops up."""

import json

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.notifications import queries as notices_of
from app.notifications.models import Notice
from app.notifications.service import mark_read
from app.web.addresses import whole_number
from app.web.fragments import is_htmx
from app.web.guards import me
from blueprints.profile.blueprint import profile


@profile.get("/notices")
def notices() -> ResponseReturnValue:
    """What was said, latest first; as a dialog when the bell asks, as a page otherwise. Once shown, it says so itself."""
    found = notices_of.latest(me())
    fresh = {notice.id for notice in found if notice.read_at is None}
    template = "profile/_notices_dialog.html" if is_htmx() else "profile/notices.html"
    return render_template(template, notices=found, fresh=fresh)


@profile.post("/notices/read")
def read_notices() -> ResponseReturnValue:
    """The list has been on somebody's screen: everything up to its first line is read, and their bells count again."""
    mark_read(me(), up_to=whole_number(request.form.get("up_to")))
    return "", 204, {"HX-Trigger": json.dumps({"nudge:notices": {"target": "body"}})}


@profile.get("/notices/bell")
def bell() -> str:
    """The bell in the top bar."""
    return render_template("shared/_bell.html")


@profile.get("/notices/fresh")
def fresh_notices() -> str:
    """What came after the notice a tab knows, as lines that pop up."""
    after = whole_number(request.args.get("after"))
    found: list[Notice] = list(notices_of.after(me(), after))
    return render_template("shared/_toasts.html", notices=found)
