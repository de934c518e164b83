"""What a mentor takes off their prices, at their own cost: coupons, and the first session with them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.model import Model
from app.kernel.money import Money


class Coupon(Model):
    """A code that makes a mentor's sessions cheaper: by a percentage or by an amount; how often it was used, its bookings tell."""

    __tablename__ = "coupons"
    __table_args__ = (
        UniqueConstraint("mentor_id", "code"),
        CheckConstraint("(percent IS NULL) <> (amount_minor IS NULL)", name="one_kind"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("most_uses >= 1 AND most_each >= 1", name="uses"),
        Index("ix_coupons_code", "code"),
    )

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    code: Mapped[str] = mapped_column(String(20))
    percent: Mapped[int | None]
    amount_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    most_uses: Mapped[int]
    most_each: Mapped[int] = mapped_column(default=1)
    stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    def off(self, price: Money) -> Money:
        """What it takes off a price: a percentage rounded down, never more than the price."""
        minor = price.amount_minor * self.percent // 100 if self.percent is not None else self.amount_minor or 0
        return Money(min(minor, price.amount_minor), price.currency)

    @property
    def words(self) -> str:
        """`20 % off`, `$5 off`, `free`."""
        if self.percent is not None:
            return "free" if self.percent == 100 else f"{self.percent} % off"
        return f"{Money(self.amount_minor or 0, self.currency)} off"


class Trial(Model):
    """What a mentor takes off the first session somebody has with them; no row: nothing."""

    __tablename__ = "trials"
    __table_args__ = (CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),)

    mentor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    percent: Mapped[int]
    changed_at: Mapped[datetime]

    def off(self, price: Money) -> Money:
        """What it takes off a price, rounded down."""
        return Money(price.amount_minor * self.percent // 100, price.currency)
