"""Home: the next session, what waits for an answer, what lies ahead, what was earned. Each part is a fragment of its own."""

from flask import render_template, session

from app.web.guards import me
from blueprints.mentor.blueprint import mentor
from blueprints.mentor.figures import figures_of
from blueprints.mentor.lessons import PUBLISHED
from blueprints.mentor.meetings import agenda_in, diary_of, requests_in
from blueprints.mentor.talking import talk_parts


@mentor.get("/")
def home() -> str:
    """The page; a session published a moment ago brings its pop-up along, once."""
    promote_id = session.pop(PUBLISHED, None)
    diary = diary_of(me())
    parts = {"agenda": agenda_in(diary), "figures": figures_of(me()), **requests_in(diary), **talk_parts()}
    return render_template("mentor/home.html", promote_id=promote_id, **parts)


@mentor.get("/next")
def hero() -> str:
    """The next session, large."""
    return render_template("mentor/_hero.html", agenda=agenda_in(diary_of(me())))


@mentor.get("/requests")
def requests() -> str:
    """What waits for an answer."""
    diary = diary_of(me())
    return render_template("mentor/_requests.html", **requests_in(diary))


@mentor.get("/upcoming")
def upcoming() -> str:
    """The sessions after the next one."""
    return render_template("mentor/_upcoming.html", agenda=agenda_in(diary_of(me())))


@mentor.get("/agenda")
def next_up() -> str:
    """The column beside: times and names."""
    return render_template("mentor/_next_up.html", agenda=agenda_in(diary_of(me())))


@mentor.get("/snapshot")
def snapshot() -> str:
    """What is held, available, on its way and paid."""
    return render_template("mentor/_snapshot.html", figures=figures_of(me()))
