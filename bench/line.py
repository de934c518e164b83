"""A room's line without a browser: Socket.IO over one websocket, as the page speaks it."""

import json
import time
from typing import Any

import websocket

HEARD_WITHIN = 15.0
BEAT_EVERY = 4.0
"""Seconds."""


class Line:
    """One open socket of somebody's in the namespace of the room."""

    def __init__(self, site: str, cookie: str) -> None:
        address = site.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        self._socket = websocket.create_connection(address, cookie=f"session={cookie}", origin=site, timeout=20)
        self._asked = 0
        self.heard: list[tuple[str, Any]] = []
        self.size = 0
        self._beat_at = time.monotonic()
        assert self._socket.recv().startswith("0")
        self._socket.send("40/live,")
        while not self._receive().startswith("40/live"):
            pass

    def ask(self, event: str, payload: dict[str, Any]) -> Any:
        """Send, and wait for the answer; `size` is its length in bytes."""
        self._beat()
        self._asked += 1
        self._socket.send(f"42/live,{self._asked}{json.dumps([event, payload])}")
        beginning = f"43/live,{self._asked}["
        while not (said := self._receive()).startswith(beginning):
            pass
        self.size = len(said.encode())
        [answer] = json.loads(said.removeprefix(beginning.removesuffix("[")))
        assert not (isinstance(answer, dict) and "error" in answer), answer
        return answer

    def tell(self, event: str, payload: dict[str, Any]) -> None:
        """Send without waiting."""
        self._beat()
        self._socket.send(f"42/live,{json.dumps([event, payload])}")

    def hear(self, event: str) -> Any:
        """The next message of this name; AssertionError when it does not come."""
        self._beat()
        give_up_at = time.monotonic() + HEARD_WITHIN
        while time.monotonic() < give_up_at:
            for place, (name, payload) in enumerate(self.heard):
                if name == event:
                    del self.heard[place]
                    return payload
            self._receive()
        raise AssertionError(f"no {event} was heard")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _beat(self) -> None:
        """Every four seconds, so that the seat stays ours."""
        if time.monotonic() - self._beat_at > BEAT_EVERY:
            self._beat_at = time.monotonic()
            self.tell("beat", {})

    def _receive(self) -> str:
        said = str(self._socket.recv())
        if said == "2":
            self._socket.send("3")
        elif said.startswith("42/live,"):
            name, *payload = json.loads(said.removeprefix("42/live,"))
            self.heard.append((name, payload[0] if payload else None))
        return said


def milliseconds_since(moment: float) -> float:
    """Milliseconds since a moment of time.perf_counter()."""
    return (time.perf_counter() - moment) * 1000
