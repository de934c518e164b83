"""What somebody's browser said of its devices and its network before a session."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model, enum_by_value


class Mark(StrEnum):
    """How one step went; NONE where there is nothing to try."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


class DeviceCheck(Model):
    """The latest video check of one person for one room. `steps` is {step: {mark, reason}}, `result` the worst of the marks."""

    __tablename__ = "device_checks"
    __table_args__ = (UniqueConstraint("room_id", "user_id"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    checked_at: Mapped[datetime]
    steps: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    result: Mapped[Mark] = mapped_column(enum_by_value(Mark))

    def marked(self, mark: Mark) -> list[str]:
        """The names of the steps with this mark, in their order."""
        return [name for name in STEPS if self.steps.get(name, {}).get("mark") == mark]


STEPS = ("camera", "microphone", "speakers", "network", "relay")
"""In the order in which they are tried and named."""
