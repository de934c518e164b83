"""One open connection, as a handler sees it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from socketio import Server

from app.accounts import queries as accounts
from app.accounts.models import User
from app.kernel.errors import Conflict, NotFound
from app.realtime.endpoints import NO_ROOM, issue_pass
from app.realtime.rooms import room_name, seat_name


class NoRoomYet(Conflict):
    """The socket has not entered a room."""

    code = "outside"
    message = "You are not in this session any more. Please join again."


@dataclass(frozen=True, slots=True)
class Socket:
    """Who is at the other end and which room this connection sits in; made anew for each event."""

    id: str
    server: Server
    namespace: str
    state: dict[str, Any]

    @property
    def user_id(self) -> int:
        """Who it is, without asking the database."""
        return self.state["user_id"]

    @property
    def user(self) -> User:
        """Who it is, read afresh; NotFound when the account was closed."""
        return accounts.person(self.user_id)

    @property
    def room(self) -> str:
        """The public id of the room entered on this connection; NoRoomYet before that. Never taken from a payload."""
        room = self.state.get("room")
        if not room:
            raise NoRoomYet
        return room

    @property
    def only_room(self) -> str | None:
        """The one room a pass is good for; None for a cookie, which is good for all."""
        return self.state.get("only_room")

    def require_room(self, public_id: str) -> None:
        """A pass for one room opens no other: NotFound."""
        if self.only_room not in (None, public_id):
            raise NotFound("We could not find this session.")

    def prove(self, proof: Callable[[], None], *, holds_for: float) -> None:
        """Run what raises unless this connection may do a thing here, but not again within `holds_for` seconds of its success."""
        moment = time.monotonic()
        if self.state.get("proven_until", 0.0) < moment:
            proof()
            self.state["proven_until"] = moment + holds_for

    def move_in(self, public_id: str) -> None:
        """Hear what is said in this room from now on, and in no other."""
        self.move_out()
        for room in (room_name(public_id), seat_name(public_id, self.user_id)):
            self.server.enter_room(self.id, room, namespace=self.namespace)
        self.state["room"] = public_id

    def move_out(self) -> None:
        """Hear nothing more of the room."""
        public_id = self.state.pop("room", None)
        if public_id:
            for room in (room_name(public_id), seat_name(public_id, self.user_id)):
                self.server.leave_room(self.id, room, namespace=self.namespace)

    def send_away(self, connection: str, event: str) -> None:
        """Tell another connection of the same person that its place was taken, and end it, in whatever process it lives."""
        self.server.emit(event, {}, to=connection, namespace=self.namespace)
        self.server.disconnect(connection, namespace=self.namespace)

    def new_pass(self) -> str:
        """A fresh pass for the room at another endpoint."""
        return issue_pass(self.state["sign_in_id"], self.user_id, self.room)

    def new_page_pass(self) -> str:
        """A fresh pass for a page at another endpoint: it opens no room."""
        return issue_pass(self.state["sign_in_id"], self.user_id, NO_ROOM)
