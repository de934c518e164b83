"""The events of the room, one file per subject, on the namespace /live."""

from blueprints.live.sockets import chat, controls, presence, signaling, topics
from blueprints.live.sockets.namespace import live

__all__ = ["chat", "controls", "live", "presence", "signaling", "topics"]
