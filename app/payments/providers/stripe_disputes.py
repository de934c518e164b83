"""What payers' banks take back at Stripe, and put back. A dispute's own entries in our balance say where its money is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.kernel.money import Money
from app.payments.providers.base import About, Result, Status, Subject

KEY = "peerlearn_key"


class StripeDisputes:
    """Disputes: Stripe takes the money out of our balance when one is opened, and puts it back when it is won."""

    def client(self) -> Any:
        """Stripe's client."""
        raise NotImplementedError

    def _each(self, service: Any, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def fetch_dispute(self, dispute: str) -> Subject | None:
        """What one means now, whatever was told; None while it has moved no money, or when its payment is none of ours."""
        found = self.client().v1.disputes.retrieve(dispute, {"expand": ["payment_intent"]})
        return dispute_meaning(found.to_dict())

    def chargebacks(self, since: datetime) -> list[Subject]:
        """Every dispute since a moment that has moved money, as it stands now."""
        wanted = {"created": {"gte": int(since.timestamp())}, "expand": ["data.payment_intent"]}
        return [one for one in map(dispute_meaning, self._each(self.client().v1.disputes, wanted)) if one is not None]


def dispute_meaning(dispute: dict[str, Any]) -> Subject | None:
    """Money went out and none came in: taken back. It came in again: put back. An inquiry moves nothing."""
    moved = [entry["amount"] for entry in dispute.get("balance_transactions") or ()]
    intent = dispute.get("payment_intent")
    key = (intent.get("metadata") or {}).get(KEY) if isinstance(intent, dict) else None
    if not moved or not key or not isinstance(intent, dict):
        return None
    is_back = any(amount > 0 for amount in moved)
    result = Result(Status.SUCCEEDED, intent["id"], amount=Money(dispute["amount"], dispute["currency"].upper()))
    return Subject(About.DISPUTE_WON if is_back else About.DISPUTE, key, result)
