"""Binding the sockets to an app."""

from importlib import import_module

from flask import Flask
from flask_socketio import SocketIO

from app.config import Settings
from app.kernel.offload import is_green
from app.realtime.endpoints import is_home
from app.realtime.managers import manager_for

PING_EVERY, PONG_WITHIN = 5, 4
"""Seconds. A connection that broke silently is noticed in nine; the usual 25 and 20 are far too slow for a call."""

LARGEST_MESSAGE = 64 * 1024
"""Bytes. An offer with every codec takes about 10 KB."""

BLUEPRINTS = ("app.realtime.dashboard:pages", "blueprints.live.sockets:live")
"""Mounted by name, as the factory does with blueprints/."""


def init_app(app: Flask, socketio: SocketIO) -> None:
    """Make this app's server and bind every namespace; call it once the WSGI layers beneath are in place."""
    settings: Settings = app.extensions["settings"]
    socketio.init_app(
        app,
        async_mode="eventlet" if is_green() else "threading",
        client_manager=manager_for(settings),
        cors_allowed_origins=_origin_check(app),
        transports=["websocket"],
        ping_interval=PING_EVERY,
        ping_timeout=PONG_WITHIN,
        max_http_buffer_size=LARGEST_MESSAGE,
        async_handlers=False,
        manage_session=False,
        cookie=None,
    )
    app.extensions["socket_server"] = socketio.server
    for entry in BLUEPRINTS:
        module, name = entry.split(":")
        getattr(import_module(module), name).register(app, socketio.server)


def _origin_check(app: Flask):  # type: ignore[no-untyped-def]
    def may_connect(origin: str, environ: dict[str, str]) -> bool:
        with app.app_context():
            return is_home(origin, environ.get("HTTP_HOST"))

    return may_connect
