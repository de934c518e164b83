"""Where sockets may connect: home, and the further addresses of REALTIME_ENDPOINTS.

The session cookie belongs to home. Elsewhere a browser shows a pass: signed, one minute old at most, good for one sign-in, one
person and one room. It gets a new one with every heartbeat, so it always has one when home goes down. Pages outside of a room have
one that opens none, and ask for it while there are further endpoints.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts.models import SignIn
from app.accounts.sessions import living_sign_in
from app.config import settings

PASS_SECONDS = 60
NO_ROOM = ""
"""What stands in the pass of a page outside of a room."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass says."""

    sign_in: SignIn
    room: str


def endpoints() -> list[str]:
    """Addresses in the order they are to be tried; the empty one is home, the page's own."""
    home = settings().base_url
    return ["", *(address for address in settings().realtime_endpoints if address.rstrip("/") != home)]


def issue_pass(sign_in_id: int, user_id: int, room: str) -> str:
    """A pass for one room, good for a minute."""
    return _signer().dumps([sign_in_id, user_id, room])


def read_pass(token: str) -> Pass | None:
    """What a pass says, if it is ours, fresh, and its sign-in still lives."""
    try:
        sign_in_id, user_id, room = _signer().loads(token, max_age=PASS_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    sign_in = living_sign_in(sign_in_id)
    return Pass(sign_in, room) if sign_in is not None and sign_in.user_id == user_id else None


def is_home(origin: str | None, host: str | None) -> bool:
    """Whether a page of this origin may open a socket here: our own pages only, and a browser always says where it is."""
    if not origin:
        return False
    return origin.rstrip("/") == settings().base_url or (bool(host) and urlsplit(origin).netloc == host)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="peerlearn.socket")
