"""Write the audit trail, in the same transaction as the deed."""

from enum import StrEnum
from typing import Any

from app.audit.models import AuditEntry
from app.extensions import db
from app.kernel.clock import now
from app.kernel.model import Model


def record(actor_id: int | None, tag: StrEnum, subject: Model | None = None, **details: Any) -> None:
    """Note that somebody (None: the system) did something to a row; details must be free of secrets."""
    name = f"{subject.__tablename__}:{subject.id}" if subject is not None else ""
    db.session.add(AuditEntry(tag=tag.value, actor_id=actor_id, subject=name, details=details, at=now()))
