"""Numbers in addresses: only those that could be a row's."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

HIGHEST_ID = 2**31 - 1
"""What a column of whole numbers holds on both databases; a larger one is not found, rather than an error of the database."""


class RowId(IntegerConverter):
    """`<int:…>` in an address, from 0 to HIGHEST_ID."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": HIGHEST_ID, **kwargs})


def init_app(app: Flask) -> None:
    """Make it the meaning of `<int:…>`; call before any blueprint is mounted."""
    app.url_map.converters["int"] = RowId


def whole_number(text: str | None, otherwise: int = 0) -> int:
    """A number from a query string; `otherwise` when it is none or could be no row's."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 10:
        return otherwise
    return min(int(text), HIGHEST_ID)
