"""The events of the room, one file per subject, on the namespace /live."""

from blueprints.live.sockets import (
    board,
    chat,
    coming_back,
    controls,
    presence,
    recording,
    removal,
    shared_notes,
    signaling,
    topics,
)
from blueprints.live.sockets.namespace import live

__all__ = [
    "board",
    "chat",
    "coming_back",
    "controls",
    "live",
    "presence",
    "recording",
    "removal",
    "shared_notes",
    "signaling",
    "topics",
]
