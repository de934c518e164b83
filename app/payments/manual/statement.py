"""A bank statement as a CSV file: which of its lines are money that has come.

Names of columns, separators, encodings and ways to write amounts are the bank's own; what cannot be read is told with its line
number and stops nothing else. A file that is no statement at all is refused whole.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.payments.manual.amounts import plain, read_amount, read_date
from app.payments.manual.columns import INCOMING, OUTGOING, Columns, columns_of

LARGEST_FILE = 10 * 1024 * 1024
SEPARATORS = ";,\t|"
HEAD = 40
"""How many lines a bank may say before the row of names."""
LONGEST_TEXT = 1000
NO_FILES = {b"PK": "an Excel workbook", b"%PDF": "a PDF", b"\xd0\xcf\x11\xe0": "an Excel workbook", b"{\\rtf": "a text document"}


@dataclass(frozen=True, slots=True)
class Row:
    """Money that came. `turn` tells apart lines that are alike in everything: the first of them, the second…"""

    number: int
    booked_on: date
    amount: Money
    text: str
    turn: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that could not be read, and why."""

    number: int
    why: str


@dataclass(slots=True)
class Statement:
    """What a file holds; `outgoing` counts lines of money that left."""

    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    outgoing: int = 0


def read_statement(raw: bytes, currency: str) -> Statement:
    """Read a file; lines without a currency of their own are in `currency`. Invalid when it is no statement."""
    lines = _entries(_decoded(raw))
    found, seen = Statement(), Counter[tuple[date, Money, str]]()
    columns, separator, start = _header(lines)
    for number, cells in _cells(lines[start:], separator, start + 1):
        try:
            line = _line(cells, columns, currency)
        except ValueError as reason:
            found.unread.append(Unread(number, str(reason)))
            continue
        if line is None:
            continue
        booked_on, amount, text = line
        if amount.amount_minor < 0:
            found.outgoing += 1
            continue
        seen[line] += 1
        found.rows.append(Row(number, booked_on, amount, text, seen[line]))
    return found


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise Invalid("This file is empty.")
    if len(raw) > LARGEST_FILE:
        raise Invalid("This file is larger than 10 MB: export a shorter time.")
    for mark, name in NO_FILES.items():
        if raw.startswith(mark):
            raise Invalid(f"This is {name}, not a CSV file. Export the statement as CSV.")
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\x00" if is_wide else raw.decode("latin-1")
    if "\x00" in text:
        raise Invalid("This is not a text file. Export the statement as CSV.")
    return text


def _entries(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _header(lines: list[str]) -> tuple[Columns, str, int]:
    """The row of names: what its columns are, what separates them, and how many lines it and those before it are."""
    for number, line in enumerate(lines[:HEAD]):
        for separator in SEPARATORS:
            cells = next(csv.reader([line], delimiter=separator), [])
            columns = columns_of(cells)
            if columns is not None:
                return columns, separator, number + 1
    raise Invalid(
        f"The first {HEAD} lines name no columns we know. We need one for the date, one for the amount (or the credits) "
        "and one for the text, such as: Date, Amount, Description."
    )


def _cells(lines: list[str], separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Every entry with the number of the line it begins on."""
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    number = first
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(f"Line {number} cannot be read as CSV: {error}. Nothing was imported.") from error
        span = lines[number - first : reader.line_num]
        if len(span) > 1 and sum(line.count('"') for line in span) % 2:
            raise Invalid(f"A quotation mark in line {number} is never closed. Nothing was imported: mend that line.")
        if any(cell.strip() for cell in cells):
            yield number, cells
        number = reader.line_num + first


def _line(cells: list[str], columns: Columns, currency: str) -> tuple[date, Money, str] | None:
    """Day, amount (below nothing when it left) and text of one entry; None for one that moves nothing."""
    if len(cells) <= max(columns.day, *columns.texts):
        raise ValueError(f"it has {len(cells)} columns, fewer than the row of names")
    booked_on = read_date(cells[columns.day])
    amount = _amount(cells, columns, _currency(cells, columns, currency))
    if amount.is_zero:
        return None
    text = " ".join(" ".join(cells[number].split()) for number in columns.texts)
    return booked_on, amount, text.strip()[:LONGEST_TEXT]


def _currency(cells: list[str], columns: Columns, usual: str) -> str:
    said = plain(_cell(cells, columns.currency)).upper()
    if not said:
        return usual
    if not re.fullmatch(r"[A-Z]{3}", said):
        raise ValueError(f"“{said[:20]}” is no currency")
    return said


def _amount(cells: list[str], columns: Columns, currency: str) -> Money:
    if columns.amount is not None and _cell(cells, columns.amount):
        amount = read_amount(_cell(cells, columns.amount), currency)
        sign = plain(_cell(cells, columns.sign)).upper()
        if sign in OUTGOING or (sign in INCOMING and amount.amount_minor < 0):
            return Money(-abs(amount.amount_minor) if sign in OUTGOING else abs(amount.amount_minor), currency)
        return amount
    came, left = _cell(cells, columns.money_in), _cell(cells, columns.money_out)
    if came and not (inside := read_amount(came, currency)).is_zero:
        return inside
    if left and not (outside := read_amount(left, currency)).is_zero:
        return Money(-abs(outside.amount_minor), currency)
    if came or left:
        return Money(0, currency)
    raise ValueError("there is no amount")


def _cell(cells: list[str], number: int | None) -> str:
    return cells[number].strip() if number is not None and number < len(cells) else ""
