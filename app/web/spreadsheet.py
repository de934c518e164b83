"""Files for a spreadsheet: written while they are sent, and with cells that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet: somebody's session title must not run on another's machine."""
BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that it is UTF-8."""


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it, never as it would run it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A file to download, however long: rows are read and sent one after the other, none is left out."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(_lines(columns, rows)), mimetype="text/csv", headers=headers)


def _lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    text.write(BYTE_ORDER_MARK)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if text.tell() > 16_384:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
