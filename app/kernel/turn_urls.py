"""Addresses of TURN servers, as browsers take them (RFC 7065): `turn:relay.example.com:3478?transport=udp`."""

import re
from dataclasses import dataclass

SHAPE = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:\?transport=(?P<transport>udp|tcp))?"
)
PLAIN_PORT, TLS_PORT = 3478, 5349


@dataclass(frozen=True, slots=True)
class TurnUrl:
    """One way to one relay: `way` is UDP, TCP or TLS, `host` is without brackets."""

    text: str
    host: str
    port: int
    way: str


def read_turn_url(text: str) -> TurnUrl | None:
    """What an address says; None when it is none, and for DTLS, which browsers do not speak to relays."""
    found = SHAPE.fullmatch(text)
    if found is None:
        return None
    is_tls = found["scheme"] == "turns"
    if is_tls and found["transport"] == "udp":
        return None
    way = "TLS" if is_tls else (found["transport"] or "udp").upper()
    port = int(found["port"] or (TLS_PORT if is_tls else PLAIN_PORT))
    return TurnUrl(text, found["host"].strip("[]"), port, way) if 0 < port < 65536 else None
