"""The TURN servers of TURN_URLS, and short-lived credentials for them (coturn's `use-auth-secret`): no account, nothing stored."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.config import Settings
from app.kernel.turn_urls import TurnUrl, read_turn_url
from app.live.messages import IceServer

LIFETIME = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Relay:
    """One server and the ways to it, in the order of TURN_URLS."""

    host: str
    ways: tuple[TurnUrl, ...]


def relays(settings: Settings) -> tuple[Relay, ...]:
    """The servers in the order in which TURN_URLS names them first; addresses of one host are one server."""
    ways: dict[str, list[TurnUrl]] = {}
    for text in settings.turn_urls:
        if url := read_turn_url(text):
            ways.setdefault(url.host, []).append(url)
    return tuple(Relay(host, tuple(found)) for host, found in ways.items())


def ice_servers(settings: Settings, user_id: int, at: datetime) -> list[IceServer]:
    """The servers this person may use, for the next six hours, one entry each; empty when none are configured."""
    username, password = credentials(settings, str(user_id), at)
    return [IceServer([url.text for url in relay.ways], username, password) for relay in relays(settings)]


def credentials(settings: Settings, name: str, at: datetime) -> tuple[str, str]:
    """User name and password as coturn computes them from the shared secret; good for six hours from this moment."""
    username = f"{int((at + LIFETIME).timestamp())}:{name}"
    digest = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()
