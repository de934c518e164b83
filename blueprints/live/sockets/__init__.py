"""The events of the room, one file per subject, on the namespace /live."""

from blueprints.live.sockets import board, chat, controls, presence, signaling, topics
from blueprints.live.sockets.namespace import live

__all__ = ["board", "chat", "controls", "live", "presence", "signaling", "topics"]
