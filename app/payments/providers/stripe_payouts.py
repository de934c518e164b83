"""Money out through Stripe Connect: a transfer to the mentor's Express account, then a payout from there to their bank."""

from collections.abc import Iterator
from typing import Any

from app.kernel.money import Money
from app.payments.providers.base import Instrument, InstrumentRefused, Kind, PayoutKind, Result, Status

KEY = "peerlearn_key"
STATUSES = {"paid": Status.SUCCEEDED, "failed": Status.FAILED, "canceled": Status.FAILED}


class StripePayouts:
    """Withdrawals. An instrument's token is the mentor's account at Stripe."""

    def client(self) -> Any:
        """Stripe's client."""
        raise NotImplementedError

    def _each(self, service: Any, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def payout_kinds(self, currency: str) -> list[PayoutKind]:
        """None that could be typed here: where money goes is said on Stripe's own page (`onboarding_url`)."""
        return []

    def payout_instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """No bank details are typed on our pages."""
        raise InstrumentRefused("method", "Say where the money goes on Stripe's own page.")

    def onboarding_url(self, mentor: str, return_url: str) -> str:
        """Stripe's page where a mentor says who they are and where their money goes."""
        client = self.client().v1
        wanted = {"type": "express", "metadata": {"peerlearn_mentor": mentor}}
        wanted["capabilities"] = {"transfers": {"requested": True}}
        wanted["settings"] = {"payouts": {"schedule": {"interval": "manual"}}}
        account = client.accounts.create(wanted, {"idempotency_key": f"connect-{mentor}"})
        link = {"account": account.id, "type": "account_onboarding", "return_url": return_url, "refresh_url": return_url}
        return client.account_links.create(link).url

    def create_payout(self, amount: Money, instrument: Instrument, *, key: str) -> Result:
        """Move the money to the mentor's account unless that was done before, then send it on from there."""
        client, money = self.client().v1, {"amount": amount.amount_minor, "currency": amount.currency.lower()}
        if self._transfer(key) is None:
            to = {**money, "destination": instrument.token, "transfer_group": key, "metadata": {KEY: key}}
            client.transfers.create(to, {"idempotency_key": f"{key}-transfer"})
        options = {"idempotency_key": key, "stripe_account": instrument.token}
        return self._result(client.payouts.create({**money, "metadata": {KEY: key}}, options).to_dict(), key)

    def find_payout(self, key: str) -> Result | None:
        """By our key: the transfer says whose account it went to, and there is the payout. None when either is missing."""
        transfer = self._transfer(key)
        if transfer is None:
            return None
        found = self.client().v1.payouts.list({"limit": 100}, {"stripe_account": transfer["destination"]})
        for payout in (one.to_dict() for one in found.auto_paging_iter()):
            if (payout.get("metadata") or {}).get(KEY) == key:
                return self._result(payout, key)
        return None

    def _transfer(self, key: str) -> dict[str, Any] | None:
        return next(self._each(self.client().v1.transfers, {"transfer_group": key}), None)

    def _result(self, payout: dict[str, Any], key: str) -> Result:
        """What a payout means to us. One that came back lies on the mentor's account: it is fetched home before we say so."""
        status = STATUSES.get(payout["status"], Status.PROCESSING)
        if status is Status.FAILED:
            transfer = self._transfer(key)
            if transfer is not None and not transfer.get("reversed"):
                self.client().v1.transfers.reversals.create(transfer["id"], {}, {"idempotency_key": f"{key}-home"})
        return Result(status, payout["id"], "returned_by_bank" if status is Status.FAILED else "")
