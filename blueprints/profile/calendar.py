"""The private address from which a calendar program reads somebody's sessions."""

from dataclasses import dataclass

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.bookings.calendar_feeds import address_token, new_address
from app.config import settings
from app.web.fragments import is_htmx, with_toast
from app.web.guards import me, see_other
from app.web.limits import write_by_person
from blueprints.profile.blueprint import profile


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """The address to copy, and the same as a link that opens a calendar program."""

    https: str
    webcal: str


@profile.post("/profile/calendar-address")
@write_by_person
def make_feed_address() -> ResponseReturnValue:
    """A first address, or a new one: the old is dead at once."""
    had_one = address_token(me()) is not None
    new_address(me())
    text = "New address made. The old one no longer works." if had_one else "Your calendar address is ready"
    if not is_htmx():
        flash(text, "ok")
        return see_other(url_for("profile.home", tab="settings"))
    return with_toast(render_template("profile/_calendar.html", feed_address=feed_address(me())), text)


def feed_address(person: User) -> FeedAddress | None:
    """Where their feed is; None while they have none."""
    token = address_token(person)
    if token is None:
        return None
    address = f"{settings().base_url}{url_for('calendar.feed', token=token)}"
    return FeedAddress(https=address, webcal="webcal://" + address.split("://", 1)[1])
