"""The live session: its page, the feedback after it, and (in sockets/) its events."""

from blueprints.live import after, asking_back, checks, files, recordings, reporting
from blueprints.live.relay import relay
from blueprints.live.routes import live

blueprints = (live, relay)

__all__ = ["after", "asking_back", "blueprints", "checks", "files", "recordings", "reporting"]
