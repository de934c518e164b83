"""What each proof of the books said."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model


class Proof(Model):
    """One run of all checks; `summary` is the list of checks with their counts and first offenders."""

    __tablename__ = "proofs"
    __table_args__ = (Index("ix_proofs_at", "at"),)

    at: Mapped[datetime]
    ok: Mapped[bool]
    findings: Mapped[int]
    took_ms: Mapped[int]
    summary: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
