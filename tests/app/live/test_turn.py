"""Credentials for TURN: made from the shared secret, good for six hours, and nothing without a server."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.kernel.turn_urls import read_turn_url
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


def test_several_servers_keep_their_order_and_each_is_one_entry_with_all_its_ways(settings):
    urls = ("turn:near.example:3478", "turns:near.example:443?transport=tcp", "turn:far.example", "turn:near.example?transport=tcp")
    servers = ice_servers(replace(settings, turn_urls=urls, turn_secret="shared"), 7, NOON)
    assert [server.urls for server in servers] == [[urls[0], urls[1], urls[3]], [urls[2]]]


@pytest.mark.parametrize(
    ("text", "way", "port"),
    [
        ("turn:relay.example", "UDP", 3478),
        ("turn:relay.example:3479?transport=tcp", "TCP", 3479),
        ("turns:relay.example:443?transport=tcp", "TLS", 443),
        ("turns:[2001:db8::1]", "TLS", 5349),
    ],
)
def test_an_address_says_by_which_way_and_port(text, way, port):
    url = read_turn_url(text)
    assert url is not None
    assert (url.way, url.port) == (way, port)


@pytest.mark.parametrize(
    "text",
    [
        "relay.example",
        "stun:relay.example",
        "turn:relay.example:0",
        "turn:relay.example:99999",
        "turns:relay.example?transport=udp",
        "turn:a b",
    ],
)
def test_what_is_no_address_of_a_relay_is_none(text):
    assert read_turn_url(text) is None
