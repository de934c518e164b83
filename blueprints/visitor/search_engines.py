"""robots.txt and sitemap.xml."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from app.lessons import queries as lessons
from blueprints.visitor.blueprint import visitor
from blueprints.visitor.structured import absolute

MOST = 2000


@visitor.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Dashboards and rooms are nobody's search result."""
    closed = ("/dashboard/", "/session/", "/profile/", "/notices", "/sign-out", "/reset", "/verify/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {absolute('/sitemap.xml')}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@visitor.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """The public pages: every session that can be booked, and who gives it."""
    offered = lessons.starting_soon(MOST)
    mentors = sorted({lesson.mentor_id for lesson in offered})
    body = render_template("visitor/sitemap.xml", lessons=offered, mentors=mentors, absolute=absolute)
    return Response(body, content_type="application/xml; charset=utf-8")
