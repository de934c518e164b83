"""coturn's settings file, made from ours, with every line explained."""

from urllib.parse import urlsplit

from app.config import Settings
from app.kernel.turn_urls import PLAIN_PORT
from app.live.turn import Relay

PRIVATE_RANGES = (
    "0.0.0.0-0.255.255.255",
    "10.0.0.0-10.255.255.255",
    "100.64.0.0-100.127.255.255",
    "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255",
    "172.16.0.0-172.31.255.255",
    "192.0.0.0-192.0.0.255",
    "192.0.2.0-192.0.2.255",
    "192.88.99.0-192.88.99.255",
    "192.168.0.0-192.168.255.255",
    "198.18.0.0-198.19.255.255",
    "198.51.100.0-198.51.100.255",
    "203.0.113.0-203.0.113.255",
    "240.0.0.0-255.255.255.255",
    "::1",
    "::ffff:0.0.0.0-::ffff:255.255.255.255",
    "64:ff9b::-64:ff9b::ffff:ffff",
    "100::-100::ffff:ffff:ffff:ffff",
    "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
)
"""Where no call of ours ever goes: without these lines a relay carries strangers into the operator's own network."""

HEAD = """\
# coturn's settings for PeerLearn, printed by `bin/flask turn config {host}`.
# Save it as /etc/turnserver.conf on {host}, readable by coturn alone (the secret stands in it), restart coturn,
# and then ask it from here: bin/flask turn test
"""
LISTENING = """
# ── Where it listens ──
# Open this port for UDP and TCP in the firewall.
listening-port={port}
# The ports through which pictures and sound go; open them for UDP.
min-port=49152
max-port=65535
# Behind NAT, as on most rented machines: the public address, a slash, the machine's own. The second line lets two people who both
# use the relay reach each other in spite of the closed doors below.
#external-ip=198.51.100.7/10.0.0.7
#allowed-peer-ip=10.0.0.7
"""
WITH_TLS = """
# ── TLS, for networks that let nothing else through ──
{advice}
tls-listening-port={port}
cert=/etc/letsencrypt/live/{host}/fullchain.pem
pkey=/etc/letsencrypt/live/{host}/privkey.pem
no-tlsv1
no-tlsv1_1
# Browsers do not speak DTLS to relays.
no-dtls
"""
ON_443 = """\
# Port 443 looks like any web page to a firewall. Nothing else may use it on this address, and as it is below 1024 coturn needs
# leave: systemctl edit coturn, and there: [Service] AmbientCapabilities=CAP_NET_BIND_SERVICE"""
NOT_ON_443 = """\
# Port 443 gets through where {port} does not: better turns:{host}:443?transport=tcp in TURN_URLS, and 443 here."""
WITHOUT_TLS = """
# ── No TLS ──
# Strict networks let only port 443 through: add turns:{host}:443?transport=tcp to TURN_URLS and print this again.
no-tls
no-dtls
"""
WHO = """
# ── Who may use it ──
# Whoever has a credential that PeerLearn made from this secret (TURN_SECRET), for six hours. Both machines' clocks must agree.
use-auth-secret
static-auth-secret={secret}
realm={realm}
fingerprint
stale-nonce=600
# Four in a room, each by every way, and what was given up but not yet forgotten: thirty places at once, with room to spare.
user-quota=100
total-quota=2000
# Bytes a second and place: a picture and a screen together take half of it.
max-bps=500000
"""
DOORS = """
# ── What stays shut ──
no-cli
no-tcp-relay
no-multicast-peers
no-rfc5780
no-software-attribute
# Nobody gets through this relay into a private network, this machine's own least of all.
"""


def coturn_config(settings: Settings, relay: Relay) -> str:
    """The whole file for one server of ours."""
    plain = next((url.port for url in relay.ways if url.way != "TLS"), PLAIN_PORT)
    realm = urlsplit(settings.base_url).hostname or relay.host
    parts = (
        HEAD.format(host=relay.host),
        LISTENING.format(port=plain),
        _tls(relay),
        WHO.format(secret=settings.turn_secret, realm=realm),
        DOORS,
        "".join(f"denied-peer-ip={reach}\n" for reach in PRIVATE_RANGES),
    )
    return "".join(parts)


def _tls(relay: Relay) -> str:
    port = next((url.port for url in relay.ways if url.way == "TLS"), None)
    if port is None:
        return WITHOUT_TLS.format(host=relay.host)
    advice = ON_443 if port == 443 else NOT_ON_443.format(port=port, host=relay.host)
    return WITH_TLS.format(advice=advice, port=port, host=relay.host)
