"""Mentors' accounts at Stripe (Connect Express): made once, filled in on Stripe's own page, read again when something is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app.payments.providers.base import AccountRefused, Instrument, Kind, MentorAccount, Readiness

MENTOR = "peerlearn_mentor"
WORDS = (
    ("external_account", "a bank account"),
    ("tos_acceptance", "your yes to its terms"),
    ("business_profile", "what you do"),
    ("business_type", "what you do"),
    ("verification.document", "a picture of an identity document"),
    ("verification.additional_document", "a second document"),
    ("", "details about you"),
)
"""What Stripe's names of missing fields mean; the first that is part of one counts."""


class StripeAccounts:
    """Who mentors are and where their money goes. An account's instrument is `account/where it goes from there`."""

    title = "Stripe"

    def client(self) -> Any:
        """Stripe's client."""
        raise NotImplementedError

    def _each(self, service: Any, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        raise NotImplementedError

    def open_account(self, mentor: str, *, key: str) -> str:
        """An Express account that is only paid to, and pays out when we say so."""
        wanted = {
            "type": "express",
            "metadata": {MENTOR: mentor},
            "capabilities": {"transfers": {"requested": True}},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        }
        with _noes():
            return str(self.client().v1.accounts.create(wanted, {"idempotency_key": f"connect-{key}"}).id)

    def find_account(self, mentor: str, since: datetime) -> str | None:
        """By our name for the mentor, among the accounts made since."""
        made = {"created": {"gte": int((since - timedelta(minutes=5)).timestamp())}}
        for account in self._each(self.client().v1.accounts, made):
            if (account.get("metadata") or {}).get(MENTOR) == mentor:
                return str(account["id"])
        return None

    def fetch_account(self, account: str) -> MentorAccount:
        """What Stripe says of it now; one it lets us see no more (the mentor parted from us) is rejected."""
        import stripe

        try:
            return account_meaning(self.client().v1.accounts.retrieve(account).to_dict())
        except stripe.PermissionError:
            return MentorAccount(account, Readiness.REJECTED)

    def account_page(self, account: str, return_url: str, *, is_finished: bool) -> str:
        """Stripe's onboarding page; for one that is finished, its dashboard of the account."""
        client = self.client().v1
        with _noes():
            if is_finished:
                return str(client.accounts.login_links.create(account).url)
            link = {"account": account, "type": "account_onboarding", "return_url": return_url, "refresh_url": return_url}
            return str(client.account_links.create(link).url)


class _noes:
    """Stripe's definite refusals are AccountRefused; a key in use, a wrong key of ours, silence stay what they are."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, _trace: object) -> None:
        import stripe

        if isinstance(error, (stripe.InvalidRequestError, stripe.PermissionError)):
            raise AccountRefused(str(error)) from error


def account_meaning(account: dict[str, Any]) -> MentorAccount:
    """What an Account means to us. Paid to is who has told all, may be sent transfers, and has a place they go on to."""
    needs = account.get("requirements") or {}
    due = sorted({*(needs.get("currently_due") or ()), *(needs.get("past_due") or ())})
    if str(needs.get("disabled_reason") or "").startswith(("rejected", "platform_paused", "listed")):
        return MentorAccount(account["id"], Readiness.REJECTED)
    instrument = _instrument(account)
    can_be_sent = (account.get("capabilities") or {}).get("transfers") == "active"
    if account.get("details_submitted") and account.get("payouts_enabled") and can_be_sent and instrument is not None:
        return MentorAccount(account["id"], Readiness.READY, instrument=instrument)
    if account.get("details_submitted") and not due:
        return MentorAccount(account["id"], Readiness.CHECKING)
    return MentorAccount(account["id"], Readiness.UNFINISHED, in_words(due))


def in_words(fields: list[str]) -> str:
    """`a bank account and details about you`, from Stripe's names of what is missing."""
    words = sorted({next(words for part, words in WORDS if part in field) for field in fields})
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _instrument(account: dict[str, Any]) -> Instrument | None:
    """Where money goes on to: the default of its currency, or the only one."""
    places = (account.get("external_accounts") or {}).get("data") or []
    usable = [one for one in places if one.get("status") not in ("errored", "verification_failed")]
    usable.sort(key=lambda one: (not one.get("default_for_currency"), one["id"]))
    if not usable:
        return None
    place = usable[0]
    kind = Kind.CARD if place.get("object") == "card" else Kind.BANK
    return Instrument(kind, f"{account['id']}/{place['id']}", f"{kind.value.capitalize()} •••• {place['last4']}")
