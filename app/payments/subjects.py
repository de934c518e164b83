"""What a payment is for, in a document's words. Payments knows no bookings and no gifts: each domain says it of its own purpose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask, current_app

from app.accounts.models import User
from app.payments.models import Payment
from app.payments.receipt_wording import Line


@dataclass(frozen=True, slots=True)
class Subject:
    """What was bought, of whom, what there is to say of it, what was agreed, and the reasons of refunds in a sentence each."""

    bought: str
    mentor: User | None = None
    facts: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    because: Mapping[str, str] = field(default_factory=dict)


Describe = Callable[[Payment, User], Subject]
"""Of a payment, for its reader; `facts` name moments on the reader's clock."""


def init_app(app: Flask, purposes: Mapping[str, Describe]) -> None:
    """Say which domain describes which purpose."""
    app.extensions["payment_subjects"] = dict(purposes)


def subject_of(payment: Payment, reader: User) -> Subject:
    """What a payment is for; of a purpose that nobody describes, its name."""
    describe = current_app.extensions["payment_subjects"].get(payment.purpose)
    return describe(payment, reader) if describe else Subject(payment.purpose.capitalize())
