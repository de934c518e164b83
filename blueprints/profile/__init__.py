"""One's own account: profile, settings, hats, saved ways to pay, notices."""

from blueprints.profile import account, blocks, calendar, methods, notices, settings
from blueprints.profile.blueprint import profile

blueprints = (profile,)

__all__ = ["account", "blocks", "blueprints", "calendar", "methods", "notices", "settings"]
