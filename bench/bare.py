"""The least a page can cost here: one Flask route without database or template, on the same server.

Serves on the socket whose number it is given.
"""

import sys

import eventlet

eventlet.monkey_patch()

import eventlet.wsgi  # noqa: E402
from eventlet.greenio import GreenSocket  # noqa: E402
from flask import Flask  # noqa: E402

PAGE = "<!doctype html><title>Bare</title>" + "<p>Nothing but a page of the usual size.</p>" * 600
app = Flask(__name__)


@app.get("/")
def bare() -> str:
    """25 KB."""
    return PAGE


if __name__ == "__main__":
    listening = eventlet.patcher.original("socket").socket(fileno=int(sys.argv[1]))
    eventlet.wsgi.server(GreenSocket(listening), app, log_output=False)
