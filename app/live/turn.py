"""Short-lived credentials for the TURN servers (coturn's `use-auth-secret`): no account, nothing stored."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from app.config import Settings
from app.live.messages import IceServer

LIFETIME = timedelta(hours=6)


def ice_servers(settings: Settings, user_id: int, at: datetime) -> list[IceServer]:
    """The servers this person may use, for the next six hours; empty when none are configured."""
    if not settings.turn_urls:
        return []
    username = f"{int((at + LIFETIME).timestamp())}:{user_id}"
    digest = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    return [IceServer(list(settings.turn_urls), username, base64.b64encode(digest).decode())]
