"""Money out through Stripe Connect: a transfer to the mentor's Express account, then a payout from there to their bank."""

from collections.abc import Iterator
from typing import Any

from app.kernel.money import Money
from app.payments.providers.base import Instrument, InstrumentRefused, Kind, PayoutKind, Result, Status

KEY = "peerlearn_key"
STATUSES = {"paid": Status.SUCCEEDED, "failed": Status.FAILED, "canceled": Status.FAILED}
NOT_YET = frozenset({"balance_insufficient", "idempotency_key_in_use", "lock_timeout", "rate_limit"})
"""Refusals of the moment: our own balance at Stripe fills again."""


class StripePayouts:
    """Withdrawals. An instrument's token is the mentor's account at Stripe and the place their money goes on to from there."""

    def client(self) -> Any:
        """Stripe's client."""
        raise NotImplementedError

    def _each(self, service: Any, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def payout_kinds(self, currency: str) -> list[PayoutKind]:
        """None that could be typed here: where money goes is said on Stripe's own page (`stripe_accounts.py`)."""
        return []

    def payout_instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """No bank details are typed on our pages."""
        raise InstrumentRefused("method", "Say where the money goes on Stripe's own page.")

    def create_payout(self, amount: Money, instrument: Instrument, *, key: str) -> Result:
        """Move the money to the mentor's account unless that was done before, then send it on from there.

        A definite no to either leg leaves nothing half way: what was moved comes home before we say so.
        """
        import stripe

        client, (account, _, place) = self.client().v1, instrument.token.partition("/")
        money = {"amount": amount.amount_minor, "currency": amount.currency.lower()}
        try:
            if self._transfer(key) is None:
                to = {**money, "destination": account, "transfer_group": key, "metadata": {KEY: key}}
                client.transfers.create(to, {"idempotency_key": f"{key}-transfer"})
            onward = {**money, "metadata": {KEY: key}, **({"destination": place} if place else {})}
            options = {"idempotency_key": key, "stripe_account": account}
            return self._result(client.payouts.create(onward, options).to_dict(), key)
        except (stripe.InvalidRequestError, stripe.PermissionError) as refusal:
            if refusal.code in NOT_YET:
                raise
            self._bring_home(key)
            return Result(Status.FAILED, decline_code="account_refused")

    def find_payout(self, key: str) -> Result | None:
        """By our key: the transfer says whose account it went to, and there is the payout. None when either is missing."""
        transfer = self._transfer(key)
        payout = self._payout(transfer, key) if transfer is not None else None
        if payout is not None:
            return self._result(payout, key)
        if transfer is not None and transfer.get("reversed"):
            return Result(Status.FAILED, decline_code="account_refused")  # the no to its second leg was lost on the way to us
        return None

    def call_off_payout(self, key: str) -> Result:
        """Its time is over: a transfer that went no further comes home."""
        known = self.find_payout(key)
        if known is not None:
            return known
        self._bring_home(key)
        return Result(Status.FAILED, decline_code="not_reached")

    def _payout(self, transfer: dict[str, Any], key: str) -> dict[str, Any] | None:
        found = self.client().v1.payouts.list({"limit": 100}, {"stripe_account": transfer["destination"]})
        return next((one for one in map(_plain, found.auto_paging_iter()) if (one.get("metadata") or {}).get(KEY) == key), None)

    def _transfer(self, key: str) -> dict[str, Any] | None:
        return next(self._each(self.client().v1.transfers, {"transfer_group": key}), None)

    def _result(self, payout: dict[str, Any], key: str) -> Result:
        """What a payout means to us. One that came back lies on the mentor's account: it is fetched home before we say so."""
        status = STATUSES.get(payout["status"], Status.PROCESSING)
        if status is Status.FAILED:
            self._bring_home(key)
        return Result(status, payout["id"], "returned_by_bank" if status is Status.FAILED else "")

    def _bring_home(self, key: str) -> None:
        transfer = self._transfer(key)
        if transfer is not None and not transfer.get("reversed"):
            self.client().v1.transfers.reversals.create(transfer["id"], {}, {"idempotency_key": f"{key}-home"})


def _plain(found: Any) -> dict[str, Any]:
    return dict(found.to_dict())
