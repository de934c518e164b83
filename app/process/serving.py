"""A web process: eventlet's server on a listening socket that several processes share.

Each line against a trap that was measured: one connection may not starve the rest (a yield per request and per accept), 1,024
sockets are not the end (max_size), the collector may not stop everything for 180 ms (GC settings), a full file table may not end
the accept loop, and a signal wakes the event loop at once (wake-up pipe).
"""

import ctypes
import errno
import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import eventlet
import eventlet.green.socket
import eventlet.patcher
import eventlet.tpool
import eventlet.wsgi
from eventlet.green.os import read as green_read
from eventlet.greenio import GreenSocket
from eventlet.greenthread import GreenThread
from flask import Flask

from app.extensions import socketio
from app.process import static_files
from app.web import operations

log = logging.getLogger(__name__)

MOST_SOCKETS = 20_000
BACKLOG = 2048
REQUESTS_MAY_TAKE = 10.0
"""Seconds that running requests get after SIGTERM."""
SOCKETS_MAY_TAKE = 1.5
"""Seconds that pages get to move their sockets to another process before we close them."""
SILENCE_MAY_LAST = 60.0
"""Seconds a client may keep us waiting in the middle of something; Socket.IO speaks every few seconds."""
COLLECT_EVERY = 600.0
LARGE_BLOCK = 512 * 1024
"""Bytes from which a freed block goes back to the system at once."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Names of malloc.h."""
NAMESPACES = ("/", "/live")


class FairListener:
    """The shared listening socket: lets the other processes have their turn, and outlives every passing error of accept."""

    def __init__(self, listening: GreenSocket) -> None:
        self._socket = listening

    def accept(self) -> tuple[GreenSocket, Any]:
        """The next connection. Without the yield one process empties the whole queue during a burst."""
        while True:
            eventlet.sleep(0)
            try:
                return self._socket.accept()
            except OSError as error:  # the server would take any of these for the end
                if error.errno == errno.EBADF:
                    raise
                log.warning("a connection could not be accepted: %s", error.strerror)
                eventlet.sleep(0.1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class Site:
    """The WSGI app as this process serves it: yields before each request and knows how many are running."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner
        self.running = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request; a socket is no request."""
        eventlet.sleep(0)
        if "HTTP_UPGRADE" in environ:
            return self._inner(environ, start_response)
        return self._counted(environ, start_response)

    def _counted(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        self.running += 1
        try:
            answer = self._inner(environ, start_response)
            try:
                yield from answer
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        finally:
            self.running -= 1


def serve(app: Flask) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return."""
    site = Site(static_files.wrap(app, app.wsgi_app))
    stop = _stop_signal()
    look_names_up_in_threads()
    _settle_memory()
    accepting = eventlet.spawn(
        eventlet.wsgi.server,
        FairListener(listening_socket()),
        site,
        log=logging.getLogger("peerlearn.server"),
        log_output=False,
        max_size=MOST_SOCKETS,
        debug=False,
        keepalive=SILENCE_MAY_LAST,
        socket_timeout=SILENCE_MAY_LAST,
    )
    accepting.link(lambda _: stop.send(None) if not stop.ready() else None)  # an accept loop that ended must not look alive
    eventlet.spawn(_keep_house)
    stop.wait()
    drain(app, site, accepting)


def listening_socket() -> GreenSocket:
    """The socket the launcher handed down, or one of our own on HOST and PORT; never SO_REUSEPORT, or two servers share it."""
    plain = eventlet.patcher.original("socket")
    inherited = os.environ.get("PEERLEARN_LISTEN_FD")
    if inherited:
        listening = plain.socket(fileno=int(inherited))
    else:
        address = os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8000"))  # noqa: S104 (a container's own network)
        listening = plain.create_server(address, backlog=BACKLOG)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
    return GreenSocket(listening)


def look_names_up_in_threads() -> None:
    """Ask the system for addresses, in a thread: a slow name server stops one request and not all of them.

    eventlet's own resolver is switched off (EVENTLET_NO_GREENDNS): it takes 9 MB a process and knows less than the system's.
    """
    plain = eventlet.patcher.original("socket").getaddrinfo

    def getaddrinfo(*words: Any, **named: Any) -> Any:
        return eventlet.tpool.execute(plain, *words, **named)

    socket.getaddrinfo = eventlet.green.socket.getaddrinfo = getaddrinfo


def drain(app: Flask, site: Site, accepting: GreenThread) -> None:
    """Refuse new work, tell pages to move, let running requests finish."""
    log.info("draining: %s requests running, %s sockets open", site.running, _socket_count())
    operations.start_draining(app)
    for namespace in NAMESPACES:
        try:
            socketio.server.emit("drain", {}, namespace=namespace, ignore_queue=True)  # our own sockets only
        except Exception:
            log.warning("sockets could not be told to move", exc_info=True)
    eventlet.sleep(0.05)  # their writers send it
    accepting.kill(SystemExit)
    started = time.monotonic()
    _wait(started + SOCKETS_MAY_TAKE, lambda: _socket_count() == 0)
    for number in list(socketio.server.eio.sockets):
        eventlet.spawn(socketio.server.eio.disconnect, number)
    _wait(started + REQUESTS_MAY_TAKE, lambda: site.running == 0)
    log.info("drained in %.1f s, %s requests cut off", time.monotonic() - started, site.running)


def _wait(until: float, done: Callable[[], bool]) -> None:
    while not done() and time.monotonic() < until:
        eventlet.sleep(0.02)


def _socket_count() -> int:
    return len(socketio.server.eio.sockets)


def _stop_signal() -> eventlet.Event:
    """An event that SIGTERM and SIGINT set. Python's handlers alone do not wake a sleeping event loop; a byte in a pipe does."""
    stop = eventlet.Event()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)

    def watch() -> None:
        while green_read(reading, 1)[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        if not stop.ready():
            stop.send(None)

    eventlet.spawn(watch)
    return stop


def _settle_memory() -> None:
    """What was loaded stays for ever: leave it out of every collection, and make full ones rare."""
    _give_large_blocks_back()
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 10, 1000)


def _give_large_blocks_back() -> None:
    """Let glibc return every large block when it is freed.

    By itself it learns from the first one to keep them, one arena a thread: after a few passwords (19 MB each) and pictures
    (16 MB a block) a process held 200 MB of nothing. Where there is no mallopt (macOS, musl) there is no such habit either.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((M_MMAP_THRESHOLD, LARGE_BLOCK), (M_TRIM_THRESHOLD, LARGE_BLOCK), (M_ARENA_MAX, 2)):
            mallopt(option, value)


def _keep_house() -> None:
    """Count the sockets for /metrics, and collect what the rare full collections leave."""
    collected_at = time.monotonic()
    while True:
        operations.note_sockets(_socket_count())
        eventlet.sleep(5)
        if time.monotonic() - collected_at > COLLECT_EVERY:
            gc.collect()
            collected_at = time.monotonic()
