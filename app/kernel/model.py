"""What every table shares: naming, times in UTC, enums by value, encrypted text."""

from datetime import UTC, datetime
from enum import StrEnum

from cryptography.fernet import InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy import DateTime, Enum, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm import registry as Registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a later migration can drop it on SQLite too."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; a naive one is refused, because it could mean anything."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in any zone → UTC (without zone for SQLite, whose text column has one fixed format)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedText(TypeDecorator[str]):
    """Text that is unreadable in the database and its backups (MultiFernet: first key encrypts, all keys decrypt)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Plain text → token."""
        return None if value is None else _fernet().encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Token → plain text; RuntimeError when no key of FERNET_KEYS fits."""
        if value is None:
            return None
        try:
            return _fernet().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise RuntimeError("none of the FERNET_KEYS can read this row") from error


def _fernet() -> MultiFernet:
    return current_app.extensions["fernet"]


def enum_by_value(kind: type[StrEnum]) -> Enum:
    """A text column that holds the enum's values and checks nothing in the database, so adding a value needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Model(DeclarativeBase):
    """Base of every table; a whole-number `id` unless the table says otherwise."""

    # SQLAlchemy 2.1 with Flask-SQLAlchemy 3.1 refuses type_annotation_map on the base: it goes to an explicit registry.
    registry = Registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime})
    metadata = registry.metadata

    id: Mapped[int] = mapped_column(primary_key=True)

    def __repr__(self) -> str:
        """Short and free of personal data, fit for logs."""
        return f"<{type(self).__name__} {self.id}>"
