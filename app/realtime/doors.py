"""The door of every namespace: a page of ours, and somebody signed in."""

from typing import Any
from urllib.parse import urlsplit

from flask import session
from socketio.exceptions import ConnectionRefusedError

from app.accounts.models import SignIn
from app.accounts.sessions import find_sign_in
from app.realtime.endpoints import is_home, read_pass
from app.web.guards import COOKIE_KEY


def open_door(environ: dict[str, Any], auth: object) -> dict[str, Any]:
    """What to remember of a socket that may come in; ConnectionRefusedError otherwise. Needs a request context."""
    if not is_home(environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST")):
        raise ConnectionRefusedError("not from here")
    shown = auth.get("pass") if isinstance(auth, dict) else None
    found = read_pass(shown) if isinstance(shown, str) and shown else None
    if found is not None:
        return _state(found.sign_in, found.room)
    token = session.get(COOKIE_KEY)  # at home it is there, however long somebody was away with an old pass
    sign_in = find_sign_in(token) if isinstance(token, str) else None
    if sign_in is None:
        # Only home knows who is signed out; elsewhere it means that the pass is too old, and the browser goes home.
        raise ConnectionRefusedError("signed out" if _is_at_home(environ) else "pass expired")
    return _state(sign_in, None)


def _is_at_home(environ: dict[str, Any]) -> bool:
    return urlsplit(environ.get("HTTP_ORIGIN", "")).netloc == environ.get("HTTP_HOST")


def _state(sign_in: SignIn, only_room: str | None) -> dict[str, Any]:
    return {"user_id": sign_in.user_id, "sign_in_id": sign_in.id, "only_room": only_room}
