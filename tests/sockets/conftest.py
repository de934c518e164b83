"""Sockets as browsers open them, against the real server and its one guard."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient

from app.accounts.models import User
from app.accounts.sessions import open_sign_in
from app.extensions import socketio
from app.live import queries
from app.live.models import Room
from app.realtime.rates import Bucket
from app.web.guards import COOKIE_KEY
from tests import factories

ORIGIN = "http://localhost"


class Line:
    """One socket on one namespace."""

    def __init__(self, client: SocketIOTestClient, namespace: str) -> None:
        self._client, self._namespace = client, namespace

    @property
    def is_up(self) -> bool:
        """Whether the server holds the connection."""
        return self._client.is_connected(self._namespace)

    def ask(self, event: str, *payload: Any) -> Any:
        """Send an event and return its acknowledgement."""
        return self._client.emit(event, *payload, namespace=self._namespace, callback=True)

    def heard(self, event: str | None = None) -> list[Any]:
        """What the server sent since the last look: payloads of one event, or (name, payload) of all."""
        received = [(entry["name"], entry["args"][0]) for entry in self._client.queue if entry["namespace"] == self._namespace]
        self._client.queue.clear()
        return received if event is None else [payload for name, payload in received if name == event]

    def drop(self) -> None:
        """The connection breaks."""
        self._client.disconnect(self._namespace)


REAL_TAKE = Bucket.take


def take_at_once(bucket: Bucket, _at: float) -> bool:
    """The real limit, for events that all come at one moment: on a slow machine a bucket would fill up again between them."""
    return REAL_TAKE(bucket, bucket.filled_at)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limits, except where a test brings take_at_once: the buckets outlive a test."""
    monkeypatch.setattr(Bucket, "take", lambda *_: True)


@pytest.fixture
def connect(app: Flask) -> Callable[..., Line]:
    """Open a socket: connect(user), connect(None) for a visitor, connect(user, namespace="/")."""

    def opened(user: User | None, namespace: str = "/live", *, origin: str | None = ORIGIN, auth: Any = None) -> Line:
        browser = app.test_client()
        if user is not None:
            with browser.session_transaction() as cookie:
                cookie[COOKIE_KEY] = open_sign_in(user, address="127.0.0.1", browser="test")
        headers = {} if origin is None else {"Origin": origin}
        return Line(socketio.test_client(app, namespace, headers=headers, auth=auth, flask_test_client=browser), namespace)

    return opened


@pytest.fixture
def room(mentor: User, learner: User) -> Room:
    """The room of a session Mira and Lev may join now."""
    return queries.room_of(factories.joinable(learner, mentor).lesson_id)


@pytest.fixture
def enter(connect: Callable[..., Line], room: Room) -> Callable[..., Line]:
    """Open a socket and take one's seat."""

    def entered(user: User, tab: str = "") -> Line:
        line = connect(user)
        answer = line.ask("enter", {"room": room.public_id, "tab": tab or f"tab-of-{user.id}"})
        assert "error" not in answer, answer
        return line

    return entered
