"""Write the audit trail, in the same transaction as the deed, and ask it whether somebody did something."""

from enum import StrEnum
from typing import Any

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.extensions import db
from app.kernel.clock import now
from app.kernel.model import Model


def record(actor_id: int | None, tag: StrEnum, subject: Model | None = None, **details: Any) -> None:
    """Note that somebody (None: the system) did something to a row; details must be free of secrets."""
    name = _name(subject) if subject is not None else ""
    db.session.add(AuditEntry(tag=tag.value, actor_id=actor_id, subject=name, details=details, at=now()))


def has_done(actor_id: int, tag: StrEnum, subject: Model) -> bool:
    """Did somebody ever do this to a row?"""
    theirs = select(AuditEntry.id).where(AuditEntry.actor_id == actor_id, AuditEntry.tag == tag.value)
    return db.session.scalar(theirs.where(AuditEntry.subject == _name(subject)).limit(1)) is not None


def _name(subject: Model) -> str:
    return f"{subject.__tablename__}:{subject.id}"
