"""The audit trail's one table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model


class AuditEntry(Model):
    """One deed. The database refuses to change or delete it (triggers, see the first migration)."""

    __tablename__ = "audit_entries"

    tag: Mapped[str] = mapped_column(String(80), index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(80), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(index=True)
