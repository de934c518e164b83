"""Facts about payments. `purpose` and `reference` say what the money is for; payments itself does not know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentSecured:
    """A provider said yes: taken, held on a card, or on its way."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentCaptured:
    """The money is ours to hold."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """One attempt met a definite no; the payment may be tried again."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentReturned:
    """All of the money went back, or was never taken."""

    payment_id: int
    purpose: str
    reference: str
