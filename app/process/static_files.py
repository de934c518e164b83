"""Static files straight from the front door: precompressed by bin/build, cached for ever when their name carries a hash."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

HASHED = re.compile(r"[-.][0-9A-Za-z_]{8,}\.(?:[a-z0-9]+\.)*[a-z0-9]+$")
"""Names such as main-X7Q2M4KA.js: another content is another name."""
ONE_DAY = 86_400


def wrap(app: Flask, site: Callable[..., Any]) -> Callable[..., Any]:
    """Answer /static/ before anything else sees the request; what is not there falls through to the app."""
    return WhiteNoise(
        site,
        root=str(Path(str(app.static_folder))),
        prefix="static/",
        max_age=ONE_DAY,
        immutable_file_test=is_hashed,
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )


def is_hashed(path: str, _url: str) -> bool:
    """True for files of static/dist whose name changes with their content."""
    return "/dist/" in path and HASHED.search(path) is not None


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
