"""Which provider this instance uses."""

from app.config import settings
from app.payments.providers.base import PaymentProvider
from app.payments.providers.manual import ManualProvider
from app.payments.providers.rehearsal import RehearsalProvider
from app.payments.providers.stripe import StripeProvider

PROVIDERS: dict[str, PaymentProvider] = {
    "rehearsal": RehearsalProvider(),
    "stripe": StripeProvider(),
    "manual": ManualProvider(),
}
BY_HAND = frozenset({"manual"})
"""Providers whose news are deeds of our own: nobody is asked what became of a payment that is on its way."""
PROVIDER_NAMES = frozenset(PROVIDERS)


def provider() -> PaymentProvider:
    """The provider new payments go to."""
    return PROVIDERS[settings().payment_provider]


def provider_named(name: str) -> PaymentProvider:
    """The provider an existing payment went to."""
    return PROVIDERS[name]
