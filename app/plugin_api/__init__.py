"""All that plugins and rules of the operator may import from PeerLearn (plugins/README.md); what is here stays as it is."""

from app.kernel.money import Money
from app.payments.taxes import Sale, Tax, Taxes, TaxRule

__all__ = ["Money", "Sale", "Tax", "TaxRule", "Taxes"]
