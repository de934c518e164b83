"""Speaking to the people in a room, in whatever process their sockets live."""

from typing import Any

from flask import current_app
from socketio import Server

from app.kernel.wire import write

LIVE = "/live"


def room_name(public_id: str) -> str:
    """Everybody in a room."""
    return f"room:{public_id}"


def seat_name(public_id: str, user_id: int) -> str:
    """One person in a room; never a socket, which changes with every reconnect."""
    return f"seat:{public_id}:{user_id}"


def tell_room(public_id: str, event: str, message: Any = None, *, but: str | None = None) -> None:
    """Send to everybody in the room, but not to the one connection named."""
    server().emit(event, write(message) if message else {}, to=room_name(public_id), namespace=LIVE, skip_sid=but)


def tell_seat(public_id: str, user_id: int, event: str, message: Any) -> None:
    """Send to one person in the room; whoever is not there hears nothing."""
    server().emit(event, write(message), to=seat_name(public_id, user_id), namespace=LIVE)


def tell_person(user_id: int, event: str, message: Any) -> None:
    """Send to all of somebody's connections on this namespace, in a room or before it."""
    server().emit(event, write(message), to=f"user:{user_id}", namespace=LIVE)


def put_out(public_id: str, user_id: int) -> None:
    """End every connection with which somebody sits in a room, or did, in whatever process it lives."""
    server().close_room(seat_name(public_id, user_id), namespace=LIVE)


def empty_room(public_id: str) -> None:
    """Nobody hears anything of this room any more."""
    server().close_room(room_name(public_id), namespace=LIVE)


def server() -> Server:
    """The running app's Socket.IO server."""
    return current_app.extensions["socket_server"]
