"""The relays, tried from where somebody sits."""

import json
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.config import settings
from app.kernel.clock import now
from app.kernel.wire import write
from app.live.turn import ice_servers, relays
from app.web.guards import home_of, me, require_sign_in

relay = Blueprint("relay", __name__)
require_sign_in(relay)


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way to a relay: UDP, TCP or TLS, and for admins its address."""

    way: str
    address: str | None


@dataclass(frozen=True, slots=True)
class RelayCard:
    """A relay as one viewer sees it: "Relay 1", and for admins its host."""

    name: str
    ways: tuple[WayLine, ...]


@relay.get("/relay-test")
def relay_test() -> ResponseReturnValue:
    """Each relay of ours by each way; the browser tries them. Addresses are the admins' to read."""
    is_admin = me().is_admin
    cards = tuple(
        RelayCard(
            f"Relay {number} · {found.host}" if is_admin else f"Relay {number}",
            tuple(WayLine(url.way, url.text if is_admin else None) for url in found.ways),
        )
        for number, found in enumerate(relays(settings()), 1)
    )
    servers = json.dumps([write(server) for server in ice_servers(settings(), me().id, now())])
    return render_template("live/relay.html", relays=cards, ice=servers, is_admin=is_admin, home=home_of(me()))
