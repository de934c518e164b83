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
class PaymentWaits:
    """The payer is to approve it, at their bank or in an app of theirs."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentDisputed:
    """The payer's bank took the money back; the loss is the platform's until somebody decides."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class StrayMoved:
    """A charge that belongs to nothing was really taken, or is back."""

    stray_id: int
    payment_id: int


@dataclass(frozen=True, slots=True)
class PaymentPutBack:
    """The payer's bank put back what it had taken: the dispute is won, the loss is none."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentReturned:
    """All of the money went back, or was never taken."""

    payment_id: int
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True)
class PayoutMethodAdded:
    """A mentor's money may go somewhere new, now or in a day."""

    method_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class PayoutAccountChanged:
    """A mentor's account at the provider is further, or less far, than it was."""

    account_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class PayoutsStopped:
    """The provider pays no more to a mentor for now; `account_id` is their account there."""

    account_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class PayoutWanted:
    """A mentor withdraws: the money is no longer available, the provider is to be asked."""

    payout_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class PayoutPaid:
    """A withdrawal arrived."""

    payout_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class PayoutReturned:
    """A withdrawal did not arrive; the money is available again."""

    payout_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class PayoutLate:
    """A withdrawal has not arrived by the time that was promised; said once."""

    payout_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class RefundCameBack:
    """A refund that people send was not taken by the payer's bank, for the `turn`-th time; another account is needed."""

    transfer_id: int
    payer_id: int
    turn: int


@dataclass(frozen=True, slots=True)
class ReceiptWritten:
    """A document about somebody's money has its number; `kind` is a ReceiptKind's value."""

    receipt_id: int
    person_id: int
    kind: str
