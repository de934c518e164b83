"""Asking the relays as a browser would: a place on each by every way, and a word through it. aioice speaks TURN for us."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any, cast

from aioice import stun, turn

from app.config import Settings
from app.kernel.clock import now
from app.kernel.turn_urls import TurnUrl
from app.live.turn import credentials

ANSWER_WITHIN = 6.0
"""Seconds for a place."""
WORD_WITHIN = 3.0
"""Seconds for a word through it."""
SAY_EVERY = 0.2
WORD = b"there and back"

REFUSALS = {
    401: "the credentials are refused: static-auth-secret there must be TURN_SECRET here, and both clocks must agree",
    403: "it relays nothing to this address: denied-peer-ip covers it (see allowed-peer-ip in bin/flask turn config)",
    441: "the credentials are refused: static-auth-secret there must be TURN_SECRET here",
    486: "it has no place left for one person (user-quota)",
    508: "it has no port left (min-port to max-port, total-quota)",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one way: milliseconds to a place (None without one), and what is wrong in words ("" when nothing is)."""

    url: TurnUrl
    milliseconds: float | None
    problem: str


def try_relays(settings: Settings, urls: Iterable[TurnUrl]) -> list[Trial]:
    """Try all ways at once; the answer is in their order. Takes ten seconds at most."""
    logging.getLogger("aioice").setLevel(logging.CRITICAL)  # what it says is in the trials
    username, password = credentials(settings, "operator", now())

    async def every() -> list[Trial]:
        return await asyncio.gather(*(_try(url, username, password) for url in urls))

    return asyncio.run(every())


async def _try(url: TurnUrl, username: str, password: str) -> Trial:
    began = time.monotonic()
    try:
        async with AsyncExitStack() as places:
            near = await _place(url, username, password, places)
            milliseconds = (time.monotonic() - began) * 1000
            problem = await _carries(near, await _place(url, username, password, places))
            return Trial(url, milliseconds, problem or await _lets_strangers_in(url))
    except (OSError, stun.TransactionError) as error:
        return Trial(url, None, _in_words(url, error))


class Ear(asyncio.DatagramProtocol):
    """One end: hears the word, or why it did not go out."""

    def __init__(self) -> None:
        self.heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _address: Any) -> None:
        """The word came through."""
        if not self.heard.done():
            self.heard.set_result(data)

    def error_received(self, error: Exception) -> None:
        """The relay would not take it."""
        if not self.heard.done():
            self.heard.set_exception(error)


Place = tuple[turn.TurnTransport, Ear]


async def _place(url: TurnUrl, username: str | None, password: str | None, places: AsyncExitStack) -> Place:
    asked = turn.create_turn_endpoint(
        Ear,
        (url.host, url.port),
        username,
        password,
        ssl=url.way == "TLS",
        transport="udp" if url.way == "UDP" else "tcp",
    )
    transport, ear = await asyncio.wait_for(asked, ANSWER_WITHIN)
    places.push_async_callback(_leave, transport)
    return transport, ear


async def _leave(transport: turn.TurnTransport) -> None:
    transport.close()
    await asyncio.sleep(0.1)  # until the relay has heard that the place is free


async def _carries(near: Place, far: Place) -> str:
    """Say a word from one place to the other, both ways; what is wrong, or nothing."""
    ends = ((near[0], far[0]), (far[0], near[0]))
    give_up_at = time.monotonic() + WORD_WITHIN
    waiting = {near[1].heard, far[1].heard}
    while waiting and time.monotonic() < give_up_at:
        for one, other in ends:
            one.sendto(WORD, cast("tuple[str, int]", other.get_extra_info("sockname")))
        done, waiting = await asyncio.wait(waiting, timeout=SAY_EVERY)
        for heard in done:
            if error := heard.exception():
                return _refused(error)
    return "it gives a place, but nothing gets through: are its ports (min-port to max-port) open for UDP?" if waiting else ""


async def _lets_strangers_in(url: TurnUrl) -> str:
    with suppress(OSError, stun.TransactionError):
        async with AsyncExitStack() as places:
            await _place(url, None, None, places)
            return "it lets strangers in without a credential: it needs use-auth-secret"
    return ""


def _refused(error: BaseException) -> str:
    code = error.response.error_code if isinstance(error, stun.TransactionFailed) else None
    return REFUSALS.get(code or 0, f"it says no ({error})")


def _in_words(url: TurnUrl, error: Exception) -> str:
    """Most particular first: certificate errors are OSErrors too."""
    match error:
        case socket.gaierror():
            return f"nobody knows the name {url.host}: look at its DNS entry"
        case ssl.SSLCertVerificationError():
            return f"browsers will not trust its certificate: {error.verify_message}"
        case ssl.SSLError():
            return f"it does not speak TLS there: is tls-listening-port {url.port}, and are cert and pkey readable by coturn?"
        case ConnectionRefusedError():
            return f"nothing listens there: is coturn running, and on port {url.port}?"
        case TimeoutError() | stun.TransactionTimeout():
            return f"no answer: does a firewall keep {url.way} out of port {url.port}?"
        case stun.TransactionFailed():
            return _refused(error)
        case _:
            return f"it cannot be reached ({error.strerror if isinstance(error, OSError) and error.strerror else error})"
