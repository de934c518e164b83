"""Sockets mirror blueprints: a namespace, its handlers, and one guard for all of them.

    live = SocketBlueprint("/live")

    @live.on("say", Say)
    def say(socket: Socket, line: Say) -> ChatLine:
        …

A handler gets a message that was read strictly, and answers with a dataclass (the acknowledgement) or nothing. A DomainError
becomes {"error": {code, message}}; anything else is logged and answered calmly. Handlers stand on python-socketio's own server: a
quarter of the cost of Flask-SocketIO's wrapper, and in order, one after the other, for each socket.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from socketio import Server

from app.kernel.errors import DomainError, Invalid, TooMany
from app.kernel.wire import read, write
from app.live.messages import Problem
from app.realtime.doors import open_door
from app.realtime.rates import Rates
from app.realtime.socket import Socket

log = logging.getLogger(__name__)

Message = TypeVar("Message")
Handler = Callable[[Socket, Any], Any]

STATE = "peerlearn.sockets"
"""Where in a connection's environ we keep what we know about it, by namespace."""

PER_SOCKET = (80, 25)
PER_PERSON = (240, 60)
"""Events at once, and per second. Joining a full room takes about 80 signals."""


class SocketBlueprint:
    """The events of one namespace."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self._handlers: dict[str, tuple[type, Handler]] = {}
        self._farewells: list[Callable[[Socket], None]] = []

    def on(self, event: str, kind: type[Message]) -> Callable[[Callable[[Socket, Message], Any]], Handler]:
        """Handle an event whose payload is a message of this kind."""

        def remember(function: Callable[[Socket, Message], Any]) -> Handler:
            self._handlers[event] = (kind, function)
            return function

        return remember

    def on_disconnect(self, function: Callable[[Socket], None]) -> Callable[[Socket], None]:
        """Do this when a socket is gone, whatever the reason."""
        self._farewells.append(function)
        return function

    def register(self, app: Flask, server: Server) -> None:
        """Bind everything to one app's server."""
        binding = _Binding(app, server, self.namespace)
        server.on("connect", binding.connect, namespace=self.namespace)
        server.on("disconnect", binding.farewell(self._farewells), namespace=self.namespace)
        for event, (kind, function) in self._handlers.items():
            server.on(event, binding.handler(event, kind, function), namespace=self.namespace)


class _Binding:
    """The handlers of a namespace as one app's server calls them."""

    def __init__(self, app: Flask, server: Server, namespace: str) -> None:
        self._app, self._server, self._namespace = app, server, namespace
        self._per_socket, self._per_person = Rates(*PER_SOCKET), Rates(*PER_PERSON)

    def connect(self, socket_id: str, environ: dict[str, Any], auth: object = None) -> None:
        """Let a socket in, or refuse it with a word that tells the browser whether to try again."""
        if self._is_pretended(socket_id):
            return
        with self._app.request_context(environ):
            state = open_door(environ, auth)
            environ.setdefault(STATE, {})[self._namespace] = state
            for room in (f"user:{state['user_id']}", f"sign-in:{state['sign_in_id']}"):
                self._server.enter_room(socket_id, room, namespace=self._namespace)

    def farewell(self, functions: list[Callable[[Socket], None]]) -> Callable[..., None]:
        """What happens when a socket is gone."""

        def gone(socket_id: str, _reason: object = "") -> None:
            if self._is_pretended(socket_id):
                return
            self._per_socket.forget(socket_id)
            with self._app.app_context():
                for function in functions:
                    try:
                        function(self._socket(socket_id))
                    except DomainError:
                        log.debug("nothing left to tidy up for a socket")
                    except Exception:
                        log.exception("a farewell failed")

        return gone

    def handler(self, event: str, kind: type, function: Handler) -> Callable[..., dict[str, Any]]:
        """An event's handler with the guard around it."""

        def handle(socket_id: str, *payload: object) -> dict[str, Any]:
            with self._app.app_context():
                try:
                    return self._answer(socket_id, kind, function, payload)
                except DomainError as error:
                    return {"error": write(Problem(error.code, error.message))}
                except Exception:
                    log.exception("the event %s of %s failed", event, self._namespace)
                    return {"error": write(Problem("error", "Something went wrong on our side. Please try again."))}

        return handle

    def _answer(self, socket_id: str, kind: type, function: Handler, payload: tuple[object, ...]) -> dict[str, Any]:
        self._allow(socket_id)
        if len(payload) != 1:
            raise Invalid("This message could not be read.")
        answer = function(self._socket(socket_id), read(kind, payload[0]))
        return {} if answer is None else write(answer)

    def _allow(self, socket_id: str) -> None:
        at = time.monotonic()
        person = str(self._state(socket_id)["user_id"])
        if not (self._per_socket.allow(socket_id, at) and self._per_person.allow(person, at)):
            raise TooMany("That was a little too fast. Please wait a moment.")

    def _socket(self, socket_id: str) -> Socket:
        return Socket(socket_id, self._server, self._namespace, self._state(socket_id))

    def _is_pretended(self, socket_id: str) -> bool:
        """Anybody may send an event called "connect" or "disconnect"; the real ones come before and after the connection."""
        return self._server.manager.is_connected(socket_id, self._namespace)

    def _state(self, socket_id: str) -> dict[str, Any]:
        """What we remember of a connection; it lives and dies with it."""
        return self._server.get_environ(socket_id, namespace=self._namespace)[STATE][self._namespace]
