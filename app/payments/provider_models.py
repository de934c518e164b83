"""What providers tell us by themselves, and charges of theirs that belong to nothing."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.model import Model, enum_by_value
from app.kernel.money import Money
from app.payments.models import Payment, RefundState


class ProviderEvent(Model):
    """A webhook that was acted on. Provider and event id are the primary key, so that the same one twice is a no-op."""

    __tablename__ = "provider_events"

    id: Mapped[str] = mapped_column("event_id", String(100), primary_key=True)  # type: ignore[assignment]
    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime]


class StrayCharge(Model):
    """Money a provider took for a payment that was paid or over already: nobody may be charged twice, so it goes back whole."""

    __tablename__ = "stray_charges"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    payment: Mapped[Payment] = relationship(lazy="joined", innerjoin=True)
    provider_payment_id: Mapped[str] = mapped_column(String(80), unique=True)
    amount_minor: Mapped[int]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    is_taken: Mapped[bool]
    """False while it is only held on a card."""
    state: Mapped[RefundState] = mapped_column(enum_by_value(RefundState), default=RefundState.WANTED, index=True)
    """FAILED: the payer's bank was quicker and took it back itself."""
    found_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What was taken without a reason."""
        return Money(self.amount_minor, self.payment.currency)
