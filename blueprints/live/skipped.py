"""Whose feedback was skipped in this browser: the session's page does not ask again by itself."""

from flask import session

KEY = "feedback_skipped"
MOST = 20


def remember(room_id: str) -> None:
    """Not now, thank you."""
    session[KEY] = [*(known for known in session.get(KEY, []) if known != room_id), room_id][-MOST:]


def was_skipped(room_id: str) -> bool:
    """Has somebody said so here, a while ago at most?"""
    return room_id in session.get(KEY, [])
