"""Stripe: PaymentIntents, saved PaymentMethods, refunds, signed messages; withdrawals are in `stripe_payouts.py`,
mentors' accounts in `stripe_accounts.py`, what payers' banks take back in `stripe_disputes.py`.

First-time instruments are typed on Stripe's own Checkout page, never on ours: no card number can reach this server, and the policy
of our pages stays as strict as it is. A saved one is confirmed from here. Whatever is made carries our key in its metadata, so a
lost answer is found again; every call carries an idempotency key of its own, is given 3 s to connect and 10 s to answer.
The library is imported when first used: it takes a second, and rehearsing needs none of it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from app.config import settings
from app.kernel.money import Money
from app.payments.providers.base import (
    About,
    Capability,
    Event,
    Instrument,
    InstrumentRefused,
    Kind,
    Result,
    Status,
    Subject,
    WebhookRefused,
)
from app.payments.providers.stripe_accounts import StripeAccounts
from app.payments.providers.stripe_disputes import StripeDisputes
from app.payments.providers.stripe_payouts import StripePayouts

KEY = "peerlearn_key"
CHECKOUT = "peerlearn_checkout"
CONNECT_WITHIN, ANSWER_WITHIN = 3, 10
"""Seconds."""
TYPES = {Kind.CARD: "card", Kind.UPI: "upi", Kind.BANK: "us_bank_account"}
NAMES = {Kind.CARD: "Card", Kind.UPI: "UPI", Kind.BANK: "Bank"}
STATUSES = {
    "succeeded": Status.SUCCEEDED,
    "requires_capture": Status.AUTHORIZED,
    "processing": Status.PROCESSING,
    "requires_action": Status.REQUIRES_ACTION,
    "requires_confirmation": Status.PROCESSING,
    "requires_payment_method": Status.FAILED,
    "canceled": Status.CANCELED,
}
REFUND_STATUSES = {"succeeded": Status.SUCCEEDED, "failed": Status.FAILED, "canceled": Status.CANCELED}
FINAL_DECLINES = frozenset({"expired_card", "lost_card", "stolen_card"})
MOST_LOOKED_AT = 1000
"""Objects looked through for a key; a lost answer is asked about within seconds."""


class StripeProvider(StripeAccounts, StripePayouts, StripeDisputes):
    """The door to Stripe."""

    name = "stripe"
    absence_is_sure_after = timedelta(minutes=2)

    def client(self) -> Any:
        """The library's client with our time-outs; made once per app. `stripe_api_base` points a test at a stand-in."""
        if "stripe" not in current_app.extensions:
            import stripe

            base = settings().stripe_api_base
            current_app.extensions["stripe"] = stripe.StripeClient(
                settings().stripe_secret_key,
                http_client=stripe.RequestsClient(timeout=(CONNECT_WITHIN, ANSWER_WITHIN)),
                base_addresses={"api": base} if base else {},
                max_network_retries=0,
            )
        return current_app.extensions["stripe"]

    def capabilities(self, currency: str) -> list[Capability]:
        """Cards everywhere; UPI for rupees only, and it cannot be held; bank debits for dollars, days slow."""
        card = Capability(Kind.CARD, can_hold=True)
        if currency == "INR":
            return [Capability(Kind.UPI, can_hold=False, settles_within=timedelta(minutes=10)), card]
        bank = Capability(Kind.BANK, can_hold=False, settles_within=timedelta(days=7))
        return [card, bank] if currency == "USD" else [card]

    def instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Only the kind is chosen here; what was typed (there is no field for it) is neither read nor kept."""
        if kind not in TYPES:
            raise InstrumentRefused("method", "Choose how to pay.")
        return Instrument(Kind(kind), "", NAMES[Kind(kind)])

    def create_payment(
        self,
        amount: Money,
        instrument: Instrument,
        *,
        hold: bool,
        key: str,
        payer: str = "",
        keep: bool = False,
        return_url: str = "",
    ) -> Result:
        """Confirm a saved instrument, or open Stripe's page for one that is not known yet."""
        import stripe

        make = self._confirm_saved if instrument.token else self._open_checkout
        try:
            return make(amount, instrument, hold=hold, key=key, payer=payer, keep=keep, return_url=return_url)
        except stripe.CardError as refusal:
            code = getattr(refusal.error, "decline_code", None) or refusal.code or "card_declined"
            intent = getattr(refusal.error, "payment_intent", None)
            return Result(Status.FAILED, getattr(intent, "id", None), code[:40], is_retryable=code not in FINAL_DECLINES)

    def _confirm_saved(
        self, amount: Money, instrument: Instrument, *, hold: bool, key: str, payer: str, keep: bool, return_url: str
    ) -> Result:
        customer, _, method = instrument.token.partition("/")
        wanted: dict[str, Any] = {
            "amount": amount.amount_minor,
            "currency": amount.currency.lower(),
            "customer": customer,
            "payment_method": method,
            "payment_method_types": [TYPES[instrument.kind]],
            "capture_method": "manual" if hold else "automatic",
            "confirm": True,
            "metadata": {KEY: key},
        }
        if return_url:
            wanted["return_url"] = return_url  # where the payer goes after approving at their bank
        made = self.client().v1.payment_intents.create(wanted, {"idempotency_key": key})
        return payment_result(made.to_dict())

    def _open_checkout(
        self, amount: Money, instrument: Instrument, *, hold: bool, key: str, payer: str, keep: bool, return_url: str
    ) -> Result:
        intent: dict[str, Any] = {"metadata": {KEY: key, CHECKOUT: "1"}, "capture_method": "manual" if hold else "automatic"}
        if keep:
            intent["setup_future_usage"] = "off_session"
        price = {
            "currency": amount.currency.lower(),
            "unit_amount": amount.amount_minor,
            "product_data": {"name": "PeerLearn"},
        }
        wanted = {
            "mode": "payment",
            "payment_method_types": [TYPES[instrument.kind]],
            "line_items": [{"quantity": 1, "price_data": price}],
            "payment_intent_data": intent,
            "metadata": {KEY: key},
            "success_url": return_url,
            "cancel_url": return_url,
        }
        if payer:
            wanted["customer"] = self._customer(payer)
        made = self.client().v1.checkout.sessions.create(wanted, {"idempotency_key": key})
        return session_result(made.to_dict())

    def _customer(self, payer: str) -> str:
        """Stripe's name for a payer: found by ours, made when there is none."""
        customers = self.client().v1.customers
        found = customers.search({"query": f"metadata['peerlearn_payer']:'{int(payer)}'", "limit": 1}).data
        if found:
            return found[0].id
        return customers.create({"metadata": {"peerlearn_payer": payer}}, {"idempotency_key": f"customer-{payer}"}).id

    def find_payment(self, key: str, *, provider_id: str | None = None, asked_at: datetime | None = None) -> Result | None:
        """By Stripe's own name when we have it; else by our key among what was made since the call."""
        if provider_id:
            return self._fetch(provider_id)
        since = {"created": {"gte": int((asked_at - timedelta(minutes=5)).timestamp())}} if asked_at else {}
        for intent in self._each(self.client().v1.payment_intents, since):
            if (intent.get("metadata") or {}).get(KEY) == key and not _is_open_checkout(intent):
                return payment_result(intent)
        for session in self._each(self.client().v1.checkout.sessions, since):
            if (session.get("metadata") or {}).get(KEY) == key:
                return self._fetch(session["id"])
        return None

    def _each(self, service: Any, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for number, found in enumerate(service.list({"limit": 100, **wanted}).auto_paging_iter()):
            if number >= MOST_LOOKED_AT:
                raise LookupError("too many objects to look through")
            yield found.to_dict()

    def _fetch(self, provider_id: str) -> Result:
        if provider_id.startswith("cs_"):
            session = self.client().v1.checkout.sessions.retrieve(
                provider_id, {"expand": ["payment_intent", "payment_intent.payment_method"]}
            )
            return session_result(session.to_dict())
        return payment_result(self._intent(provider_id))

    def _intent(self, provider_id: str) -> dict[str, Any]:
        return self.client().v1.payment_intents.retrieve(provider_id, {"expand": ["payment_method"]}).to_dict()

    def capture(self, provider_id: str, *, key: str) -> Result:
        """Take what is held; what was taken already stays taken."""
        import stripe

        try:
            return payment_result(self.client().v1.payment_intents.capture(provider_id, {}, {"idempotency_key": key}).to_dict())
        except stripe.InvalidRequestError:  # it is not held (any more): what it is now is the answer
            return self._fetch(provider_id)

    def cancel(self, provider_id: str, *, key: str) -> Result:
        """Let go of what is held, or close Stripe's page; what was quicker is the answer."""
        import stripe

        client, options = self.client().v1, {"idempotency_key": key}
        try:
            if provider_id.startswith("cs_"):
                return session_result(client.checkout.sessions.expire(provider_id, {}, options).to_dict())
            return payment_result(client.payment_intents.cancel(provider_id, {}, options).to_dict())
        except stripe.InvalidRequestError:
            return self._fetch(provider_id)

    def refund(self, provider_id: str, amount: Money, *, key: str) -> Result:
        """Give back some or all of what was taken; Stripe itself refuses more than that."""
        import stripe

        wanted = {"payment_intent": provider_id, "amount": amount.amount_minor, "metadata": {KEY: key}}
        try:
            made = self.client().v1.refunds.create(wanted, {"idempotency_key": key})
        except stripe.InvalidRequestError as refusal:
            return Result(Status.FAILED, provider_id, (refusal.code or "refused")[:40], is_retryable=False)
        return refund_result(made.to_dict())

    def find_refund(self, provider_id: str, key: str) -> Result | None:
        """Among the refunds of one payment, the one with our key."""
        for refund in self._each(self.client().v1.refunds, {"payment_intent": provider_id}):
            if (refund.get("metadata") or {}).get(KEY) == key:
                return refund_result(refund)
        return None

    def save_instrument(self, payer: str, instrument: Instrument) -> Instrument:
        """Stripe has kept it already: its page asked, and the payment attached it to the customer."""
        if "/" not in instrument.token:
            raise LookupError("Stripe keeps only what was paid with")
        return instrument

    def list_instruments(self, payer: str) -> list[Instrument]:
        """What is attached to the customer of a payer."""
        customer = self._customer(payer)
        found = self._each(self.client().v1.payment_methods, {"customer": customer})
        return [kept for method in found if (kept := kept_instrument(customer, method)) is not None]

    def detach_instrument(self, instrument: Instrument) -> None:
        """Stripe forgets it; nothing of it can be charged any more."""
        method = instrument.token.partition("/")[2]
        self.client().v1.payment_methods.detach(method, {}, {"idempotency_key": f"detach-{method}"})

    def parse_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> Event:
        """Stripe's own check of signature and age; its messages about mentors' accounts come with a secret of their own."""
        import stripe

        problem: Exception = WebhookRefused("no secret")
        for secret in settings().stripe_webhook_secret.split(","):
            try:
                told = self.client().construct_event(raw_body, headers.get("Stripe-Signature"), secret.strip())
                return Event(told.id, told.type, told.data.object.id)
            except (stripe.SignatureVerificationError, ValueError, AttributeError) as refusal:
                problem = refusal
        raise WebhookRefused(type(problem).__name__) from problem

    def read_event(self, event: Event) -> Subject | None:
        """Read the object again, whatever the message said."""
        family = event.type.rpartition(".")[0]
        if family == "payment_intent":
            intent = self._intent(event.object_id)
            return _subject(About.PAYMENT, intent, payment_result(intent))
        if family == "checkout.session":
            session = self.client().v1.checkout.sessions.retrieve(event.object_id, {"expand": ["payment_intent"]}).to_dict()
            return _subject(About.PAYMENT, session, session_result(session))
        if family in ("refund", "charge.refund"):
            refund = self.client().v1.refunds.retrieve(event.object_id).to_dict()
            return _subject(About.REFUND, refund, refund_result(refund))
        if event.type == "account.updated":
            account = self.fetch_account(event.object_id)
            return Subject(About.ACCOUNT, account.id, Result(Status.UNKNOWN), account)
        if family == "charge.dispute":
            return self.fetch_dispute(event.object_id)
        return None


def _subject(about: About, found: dict[str, Any], result: Result) -> Subject | None:
    key = (found.get("metadata") or {}).get(KEY)
    return Subject(about, key, result) if key else None


def _is_open_checkout(intent: dict[str, Any]) -> bool:
    """A payment on Stripe's page that may still be tried again there."""
    of_page = (intent.get("metadata") or {}).get(CHECKOUT) == "1"
    return of_page and intent["status"] in ("requires_payment_method", "requires_action", "requires_confirmation")


def payment_result(intent: dict[str, Any]) -> Result:
    """What a PaymentIntent means to us. On Stripe's page a decline is not the end: it is asked for again there."""
    if _is_open_checkout(intent):
        return Result(Status.REQUIRES_ACTION)  # without a name: only its page can be closed, see `cancel`
    error = intent.get("last_payment_error") or {}
    code = (error.get("decline_code") or error.get("code") or "")[:40]
    action = ((intent.get("next_action") or {}).get("redirect_to_url") or {}).get("url") or ""
    method = intent.get("payment_method")
    saved = None
    if isinstance(method, dict) and intent.get("setup_future_usage") and intent.get("customer"):
        saved = kept_instrument(str(intent["customer"]), method)
    return Result(
        STATUSES.get(intent["status"], Status.UNKNOWN),
        intent["id"],
        code,
        is_retryable=code not in FINAL_DECLINES,
        action_url=action,
        amount=Money(intent["amount"], intent["currency"].upper()),
        saved=saved,
    )


def session_result(session: dict[str, Any]) -> Result:
    """What Stripe's page means to us: open asks the payer, expired took nothing, complete is what its payment says."""
    intent = session.get("payment_intent")
    if session.get("status") == "complete" and isinstance(intent, dict):
        return payment_result(intent)
    if session.get("status") == "expired":
        return Result(Status.CANCELED, session["id"], "not_approved")
    return Result(Status.REQUIRES_ACTION, session["id"], action_url=session.get("url") or "")


def refund_result(refund: dict[str, Any]) -> Result:
    """What a Refund means to us; pending is on its way."""
    return Result(REFUND_STATUSES.get(refund["status"], Status.PROCESSING), refund["id"], refund.get("failure_reason") or "")


def kept_instrument(customer: str, method: dict[str, Any]) -> Instrument | None:
    """A saved PaymentMethod as we name it: the last characters only; None for a kind we do not offer."""
    kind = next((one for one, name in TYPES.items() if name == method.get("type")), None)
    if kind is None:
        return None
    shown = (method.get(method["type"]) or {}).get("last4") or ""
    return Instrument(kind, f"{customer}/{method['id']}", f"{NAMES[kind]} •••• {shown}" if shown else NAMES[kind])
