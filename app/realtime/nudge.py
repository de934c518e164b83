"""Saying that something changed: pages look again through their own routes. Works in web processes and in the worker."""

from collections.abc import Iterable

from app.accounts.events import SignInsClosed
from app.realtime.rooms import LIVE, server

PAGES = "/"


def nudge(user_ids: Iterable[int], *topics: str) -> None:
    """Tell every page these people have open to look at these topics again."""
    for user_id in set(user_ids):
        server().emit("nudge", {"topics": list(topics)}, to=f"user:{user_id}", namespace=PAGES)


def nudge_everybody(*topics: str) -> None:
    """Tell every open page of every signed-in person."""
    server().emit("nudge", {"topics": list(topics)}, namespace=PAGES)


def sign_out_sockets(event: SignInsClosed) -> None:
    """A closed sign-in ends its sockets at once, in whatever process they live (see DisconnectingRooms)."""
    for sign_in_id in event.sign_in_ids:
        for namespace in (PAGES, LIVE):
            server().close_room(f"sign-in:{sign_in_id}", namespace=namespace)
