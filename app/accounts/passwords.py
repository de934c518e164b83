"""Passwords: argon2id, off the event loop, and the rules for choosing one."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.config import settings
from app.kernel.offload import offload

COSTS = {
    # OWASP's minimum for argon2id; 40 ms on a small server. The defaults (64 MiB, 181 ms) would let 100 sign-ins eat 6 GiB.
    "standard": PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),
    "test": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
}
SHORTEST, LONGEST = 8, 200
HOW_MANY_COMMON = 5_000
NOBODYS_PASSWORD = "nobody has this password"  # noqa: S105 (only ever verified against, so that unknown addresses cost as much time)


def hash_password(password: str) -> str:
    """The PHC string to store."""
    return offload(_hasher().hash, password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is nothing stored, so that time tells nobody who has an account."""
    try:
        return offload(_hasher().verify, stored or _nobodys_hash(settings().password_hash_cost), password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the cost has changed since this was stored."""
    return _hasher().check_needs_rehash(stored)


def objection_to(password: str, *, name: str, email: str) -> str | None:
    """Why this password is a bad idea, in a sentence; None when it is fine. Any characters are welcome."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    lowered = password.casefold()
    if lowered in common_passwords():
        return "Too many people use this password. Choose another one."
    address = email.strip().casefold()
    own_words = {address, address.split("@")[0], name.strip().casefold(), "peerlearn"}
    if lowered in own_words or lowered.strip("0123456789!. ") in own_words:
        return "This is too close to your own name. Choose another one."
    return None


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The most used passwords, from zxcvbn's list. Read as text: importing that module takes 14 MB and gives back only 6."""
    spec = find_spec("zxcvbn")
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else Path()
    with (folder / "frequency_lists.py").open(encoding="utf-8") as source:
        line = next(line for line in source if line.lstrip().startswith('"passwords": "'))
    return frozenset(line.split('"')[3].split(",", HOW_MANY_COMMON)[:HOW_MANY_COMMON])


@lru_cache(maxsize=2)
def _nobodys_hash(cost: str) -> str:
    return COSTS[cost].hash(NOBODYS_PASSWORD)


def _hasher() -> PasswordHasher:
    return COSTS[settings().password_hash_cost]
