"""Which provider this instance uses."""

from app.config import settings
from app.payments.providers.base import PaymentProvider
from app.payments.providers.rehearsal import RehearsalProvider
from app.payments.providers.stripe import StripeProvider

PROVIDERS: dict[str, PaymentProvider] = {"rehearsal": RehearsalProvider(), "stripe": StripeProvider()}
PROVIDER_NAMES = frozenset(PROVIDERS)


def provider() -> PaymentProvider:
    """The provider new payments go to."""
    return PROVIDERS[settings().payment_provider]


def provider_named(name: str) -> PaymentProvider:
    """The provider an existing payment went to."""
    return PROVIDERS[name]
