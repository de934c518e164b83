"""Credentials for TURN: made from the shared secret, good for six hours, and nothing without a server."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

from app.live.turn import ice_servers

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_without_a_server_there_is_none_and_no_third_party_steps_in(settings):
    assert ice_servers(settings, 7, NOON) == []


def test_the_credential_is_what_coturn_computes_itself(settings):
    configured = replace(settings, turn_urls=("turn:relay.example:3478?transport=udp",), turn_secret="shared")
    (server,) = ice_servers(configured, 7, NOON)
    assert server.urls == ["turn:relay.example:3478?transport=udp"]
    assert server.username == f"{int(NOON.timestamp()) + 6 * 3600}:7"
    digest = hmac.new(b"shared", server.username.encode(), hashlib.sha1).digest()
    assert server.credential == base64.b64encode(digest).decode()
