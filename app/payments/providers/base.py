"""What every payment provider can do. Values in and out are small and frozen; every call that moves money carries a key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.kernel.money import Money


class Kind(StrEnum):
    """Ways to pay."""

    BANK = "bank"
    UPI = "upi"
    CARD = "card"


class Status(StrEnum):
    """A provider's answer. UNKNOWN means we do not know (a time-out is not a no)."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a provider does with one kind of instrument in a currency."""

    kind: Kind
    can_hold: bool
    test_values: tuple[tuple[str, str], ...] = ()
    """(field, value) pairs filled in while rehearsing."""


@dataclass(frozen=True, slots=True)
class PayoutKind:
    """A kind of instrument a provider can pay out to."""

    kind: Kind
    test_values: tuple[tuple[str, str], ...] = ()
    """(field, value) pairs filled in while rehearsing."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What is paid with: its kind, the provider's token for it, and a label fit for screens."""

    kind: Kind
    token: str
    label: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a provider answered about a payment or refund."""

    status: Status
    provider_id: str | None = None
    decline_code: str = ""
    is_retryable: bool = True


class InstrumentRefused(ValueError):
    """The typed details cannot be right; `field` says which, the text why."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


class PaymentProvider(Protocol):
    """The door to one payment company."""

    name: str

    def capabilities(self, currency: str) -> list[Capability]:
        """What can be paid with in this currency, the recommended kind first."""
        ...

    def instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Turn typed details into an instrument; InstrumentRefused when they cannot be right."""
        ...

    def create_payment(self, amount: Money, instrument: Instrument, *, hold: bool, key: str) -> Result:
        """Take (or hold) money. The same key again gives the first answer."""
        ...

    def find_payment(self, key: str) -> Result | None:
        """Did it happen? None when this key never arrived."""
        ...

    def capture(self, provider_id: str, *, key: str) -> Result:
        """Take what is held."""
        ...

    def cancel(self, provider_id: str, *, key: str) -> Result:
        """Let go of what is held."""
        ...

    def refund(self, provider_id: str, amount: Money, *, key: str) -> Result:
        """Give back some or all of what was taken."""
        ...

    def payout_kinds(self, currency: str) -> list[PayoutKind]:
        """What can be paid out to in this currency, the recommended kind first; empty when nothing can."""
        ...

    def payout_instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Turn typed details into an instrument money can go to; InstrumentRefused when they cannot be right."""
        ...

    def create_payout(self, amount: Money, instrument: Instrument, *, key: str) -> Result:
        """Send money. The same key again sends nothing more and gives the present answer."""
        ...

    def find_payout(self, key: str) -> Result | None:
        """What became of it? None when this key never arrived."""
        ...
