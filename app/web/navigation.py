"""Navigation as data: the rail of wide screens and the bottom bar of phones are two drawings of one list."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, has_request_context, request, url_for
from flask_login import current_user

from app.accounts.models import Hat, User
from app.notifications import queries as notices
from app.realtime.endpoints import endpoints

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place of a dashboard. phone_label is the shorter word of the bottom bar; without one it is not in that bar."""

    endpoint: str
    label: str
    icon: str
    phone_label: str | None = None

    @property
    def url(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """True on the page itself."""
        return request.endpoint == self.endpoint


MENTOR_NAV = (
    NavItem("mentor.home", "Home", "home", "Home"),
    NavItem("mentor.new_lesson", "Create Session", "plus-circle", "Create"),
    NavItem("mentor.availability", "Availability", "calendar-days"),
    NavItem("mentor.earnings", "Earnings", "banknotes", "Earnings"),
    NavItem("mentor.withdrawals_page", "Withdrawals", "building-library", "Withdraw"),
    NavItem("profile.home", "Profile", "user-circle"),
)
LEARNER_NAV = (
    NavItem("learner.home", "Home", "home", "Home"),
    NavItem("learner.bookings", "Booked Sessions", "calendar-days", "Booked"),
    NavItem("learner.payments", "Payments", "credit-card", "Payments"),
    NavItem("profile.home", "Profile", "user-circle"),
)


def init_app(app: Flask) -> None:
    """Give every template `navigation`, `theme` and the facts of <page-state>."""
    app.context_processor(_page_context)


def navigation_of(user: User) -> tuple[NavItem, ...]:
    """The places of the hat somebody wears."""
    return MENTOR_NAV if user.hat is Hat.MENTOR else LEARNER_NAV


def theme() -> str:
    """Light, dark or system: the account's choice, else this browser's cookie."""
    chosen = current_user.theme if current_user.is_authenticated else request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "system"


def _page_context() -> dict[str, Any]:
    if not has_request_context():  # a mail written by a job
        return {"navigation": (), "theme": theme}
    everybodys = {"theme": theme, "realtime_endpoints": " ".join(filter(None, endpoints()))}
    if not current_user.is_authenticated:
        return {"navigation": (), **everybodys}
    return {
        "navigation": navigation_of(current_user),
        **everybodys,
        "unread_notices": lambda: _bell().unread,
        "last_notice": lambda: _bell().last_seen_id,
    }


def _bell() -> notices.Bell:
    """Read once a request, and only by pages that show it."""
    if "peerlearn.bell" not in request.environ:
        request.environ["peerlearn.bell"] = notices.bell_of(current_user)
    return request.environ["peerlearn.bell"]
