"""The live session: its page, the feedback after it, and (in sockets/) its events."""

from blueprints.live import checks, reporting
from blueprints.live.routes import live

blueprints = (live,)

__all__ = ["blueprints", "checks", "reporting"]
