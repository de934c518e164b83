"""How the books are proven: a question to the database whose every row is a fault, asked of one snapshot.

Each question is one statement over whole tables, so a million entries are read at the database's own speed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, String, cast, func, literal, select, text
from sqlalchemy.sql.elements import ColumnElement

from app.extensions import db
from app.kernel.money import Money

SHOWN = 10
"""Offenders that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be: "booking 7", "$18", "$0"."""

    about: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one question: how many rows were looked at, how many are wrong, and the first of them.

    `not_checked` says why it could not be asked at all: then it is neither right nor wrong.
    """

    name: str
    title: str
    looked_at: int = 0
    wrong: int = 0
    first: tuple[Finding, ...] = ()
    not_checked: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`offenders` selects the columns of `fault`; `rows` counts what was looked at."""

    name: str
    title: str
    rows: Select[Any]
    offenders: Select[Any]


def fault(what: str, number: Any, expected: Any, found: Any, currency: Any = "") -> tuple[ColumnElement[Any], ...]:
    """The columns of an offender: "payment" and its id, what should be and what is (minor units when a currency is given)."""
    about = literal(f"{what} ") + cast(number, String)
    column = [literal(value) if isinstance(value, str) else value for value in (expected, found, currency)]
    return about.label("about"), column[0].label("expected"), column[1].label("found"), column[2].label("currency")


def count_of(*of: Any) -> Select[Any]:
    """How many rows there are of something."""
    return select(func.count()).select_from(*of)


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    level = "REPEATABLE READ" if db.engine.dialect.name == "postgresql" else "SERIALIZABLE"
    with db.engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
        if db.engine.dialect.name == "postgresql":
            # Each question reads whole tables. The planner takes the sums for few rows and would go through them once per payment:
            # hours for a million entries, seconds with a hash.
            connection.execute(text("SET LOCAL enable_nestloop = off"))
        yield connection


def ask(connection: Connection, questions: Iterable[Question]) -> list[Check]:
    """Ask one after the other."""
    return [_ask(connection, question) for question in questions]


def _ask(connection: Connection, question: Question) -> Check:
    offenders = question.offenders.subquery()
    first = connection.execute(select(offenders, func.count().over().label("wrong")).order_by(offenders.c.about).limit(SHOWN)).all()
    return Check(
        name=question.name,
        title=question.title,
        looked_at=int(connection.scalar(question.rows) or 0),
        wrong=first[0].wrong if first else 0,
        first=tuple(Finding(row.about, _said(row.expected, row.currency), _said(row.found, row.currency)) for row in first),
    )


def _said(value: Any, currency: str) -> str:
    return str(Money(int(value), currency)) if currency else str(value)
