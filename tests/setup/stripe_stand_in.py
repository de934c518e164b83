"""A stand-in for the parts of Stripe that localstripe lacks: Connect, transfers, payouts, disputes. Real HTTP on loopback, in memory.

It answers in the shapes of Stripe's documentation (API version of the pinned library) and keeps Stripe's rules for idempotency keys:
the same key gives the first answer again, with other values it is an error. What Stripe decides by itself (an account is checked, a
payout fails, a bank takes money back) is done by the test, through the methods below. Test with it what *we* do.
"""

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Shape = dict[str, Any]
DUE_AT_FIRST = ["business_profile.url", "external_account", "individual.first_name", "tos_acceptance.date"]
ALL = ("accounts", "transfers", "payouts", "disputes", "payment_intents", "refunds")


class Refusal(Exception):
    """An error as Stripe words it."""

    def __init__(self, status: int, kind: str, code: str, text: str) -> None:
        self.status, self.body = status, {"error": {"type": kind, "code": code, "message": text}}
        super().__init__(text)


class StripeStandIn:
    """Its books, and what the test may do to them."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Shape]] = {kind: {} for kind in ALL}
        self.calls: list[tuple[str, str]] = []
        self.hangs_up_after: set[str] = set()
        """Paths whose call is done, and then the line breaks before the answer."""
        self.hangs_up_before: set[str] = set()
        self.refuses: dict[str, Refusal] = {}
        self._keys: dict[tuple[str, str], tuple[Any, int, Shape]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self.address = ""

    # What happens at Stripe by itself

    def finish(self, account: str, *, last4: str = "6789", bank: str = "ba_1") -> None:
        """The mentor has filled in everything, and Stripe pays them."""
        place = {"id": bank, "object": "bank_account", "last4": last4, "status": "new", "default_for_currency": True}
        self.objects["accounts"][account] |= {
            "details_submitted": True,
            "payouts_enabled": True,
            "capabilities": {"transfers": "active"},
            "external_accounts": {"object": "list", "data": [place], "has_more": False, "url": f"/v1/accounts/{account}/external"},
            "requirements": {"currently_due": [], "past_due": [], "pending_verification": [], "disabled_reason": None},
        }

    def check(self, account: str) -> None:
        """Everything is filled in; Stripe looks at it."""
        self.finish(account)
        self.objects["accounts"][account] |= {"payouts_enabled": False, "capabilities": {"transfers": "pending"}}
        self.objects["accounts"][account]["requirements"]["pending_verification"] = ["individual.verification.document"]

    def restrict(self, account: str, reason: str = "requirements.past_due") -> None:
        """Stripe wants more of them, and pays nothing meanwhile."""
        due = [] if reason.startswith("rejected") else ["individual.verification.document"]
        self.objects["accounts"][account] |= {"payouts_enabled": False, "capabilities": {"transfers": "inactive"}}
        needs = {"currently_due": due, "past_due": due, "pending_verification": [], "disabled_reason": reason}
        self.objects["accounts"][account]["requirements"] = needs

    def settle(self, payout: str, status: str) -> None:
        """The mentor's bank took it ("paid") or not ("failed")."""
        self.objects["payouts"][payout]["status"] = status

    def charge(self, key: str, amount: int, currency: str = "usd") -> str:
        """A payment that succeeded."""
        intent = self._new("pi", "payment_intent", amount=amount, currency=currency, status="succeeded")
        intent |= {"metadata": {"peerlearn_key": key}, "latest_charge": f"ch_{intent['id']}", "payment_method": None}
        return self._keep("payment_intents", intent)["id"]

    def dispute(self, intent: str, *, status: str = "needs_response") -> str:
        """The payer's bank takes a charge back: Stripe takes it out of our balance at once."""
        charged = self.objects["payment_intents"][intent]
        made = self._new("du", "dispute", amount=charged["amount"], currency=charged["currency"], status=status)
        gone = [{"object": "balance_transaction", "amount": -charged["amount"], "reporting_category": "dispute"}]
        made |= {"payment_intent": intent, "charge": charged["latest_charge"], "reason": "fraudulent", "balance_transactions": gone}
        return self._keep("disputes", made)["id"]

    def win(self, dispute: str) -> None:
        """The bank sees it our way: closed as won, and the money is back in our balance."""
        row = self.objects["disputes"][dispute]
        back = {"object": "balance_transaction", "amount": row["amount"], "reporting_category": "dispute_reversal"}
        row |= {"status": "won", "balance_transactions": [*row["balance_transactions"], back]}

    # Stripe's HTTP

    def answer(self, method: str, path: str, data: Shape, key: str, account: str) -> tuple[int, Shape]:
        """One call, once per key."""
        with self._lock:
            self.calls.append((method, path))
            known = self._keys.get((key, account)) if key else None
            if known is not None:
                if known[0] != (path, data):
                    text = "Keys for idempotent requests can only be used with the same parameters."
                    return 400, Refusal(400, "idempotency_error", "", text).body
                return known[1], known[2]
            status, body = self._done(method, path, data, account)
            if key:
                self._keys[key, account] = ((path, data), status, json.loads(json.dumps(body)))
            return status, body

    def _done(self, method: str, path: str, data: Shape, account: str) -> tuple[int, Shape]:
        try:
            if path in self.refuses:
                raise self.refuses[path]
            for verb, pattern, act in self._routes():
                found = re.fullmatch(pattern, path)
                if verb == method and found:
                    return 200, act(*found.groups(), data=data, account=account)
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 404, Refusal(404, "invalid_request_error", "", f"Unrecognized request URL ({method}: {path}).").body

    def _routes(self) -> list[tuple[str, str, Callable[..., Shape]]]:
        return [
            ("POST", "/v1/accounts", self._make_account),
            ("POST", "/v1/account_links", self._make_link),
            ("POST", r"/v1/accounts/(\w+)/login_links", self._make_login_link),
            ("POST", "/v1/transfers", self._make_transfer),
            ("POST", r"/v1/transfers/(\w+)/reversals", self._reverse),
            ("POST", "/v1/payouts", self._make_payout),
            ("GET", r"/v1/(\w+)", self._list),
            ("GET", r"/v1/(\w+)/(\w+)", self._one),
        ]

    def _make_account(self, data: Shape, account: str) -> Shape:
        made = self._new("acct", "account", type=data["type"], email=None, country="US", default_currency="usd")
        made |= {"metadata": data.get("metadata", {}), "details_submitted": False, "charges_enabled": False, "payouts_enabled": False}
        made["capabilities"] = {"transfers": "inactive"}
        made["requirements"] = {"currently_due": DUE_AT_FIRST, "past_due": [], "disabled_reason": "requirements.past_due"}
        made["external_accounts"] = {"object": "list", "data": [], "has_more": False, "url": "/v1/external"}
        return self._keep("accounts", made)

    def _make_link(self, data: Shape, account: str) -> Shape:
        self._one("accounts", data["account"], data={}, account="")
        if not data["return_url"].startswith("http"):
            raise Refusal(400, "invalid_request_error", "url_invalid", "Not a valid URL")
        url = f"https://connect.stripe.com/setup/e/{data['account']}/{next(self._numbers)}"
        return {"object": "account_link", "created": int(time.time()), "expires_at": int(time.time()) + 300, "url": url}

    def _make_login_link(self, name: str, data: Shape, account: str) -> Shape:
        if not self._one("accounts", name, data={}, account="")["details_submitted"]:
            raise Refusal(400, "invalid_request_error", "", "Cannot create a login link for an account that has not completed onboarding.")
        return {"object": "login_link", "created": int(time.time()), "url": f"https://connect.stripe.com/express/{name}"}

    def _make_transfer(self, data: Shape, account: str) -> Shape:
        to = self._one("accounts", data["destination"], data={}, account="")
        if to["capabilities"]["transfers"] != "active":
            text = "Your destination account needs to have at least one of the following capabilities enabled: transfers"
            raise Refusal(400, "invalid_request_error", "insufficient_capabilities_for_transfer", text)
        made = self._new("tr", "transfer", amount=int(data["amount"]), currency=data["currency"], destination=data["destination"])
        made |= {"transfer_group": data["transfer_group"], "metadata": data["metadata"], "reversed": False, "amount_reversed": 0}
        return self._keep("transfers", made)

    def _reverse(self, name: str, data: Shape, account: str) -> Shape:
        transfer = self._one("transfers", name, data={}, account="")
        if transfer["reversed"]:
            raise Refusal(400, "invalid_request_error", "", "Transfer is already fully reversed.")
        transfer |= {"reversed": True, "amount_reversed": transfer["amount"]}
        return self._new("trr", "transfer_reversal", amount=transfer["amount"], currency=transfer["currency"], transfer=name)

    def _make_payout(self, data: Shape, account: str) -> Shape:
        of = self._one("accounts", account, data={}, account="")
        if not of["payouts_enabled"]:
            raise Refusal(400, "invalid_request_error", "payouts_not_allowed", "Payouts are not enabled for this account.")
        if self.balance(account) < int(data["amount"]):
            raise Refusal(400, "invalid_request_error", "balance_insufficient", "You have insufficient funds in your account.")
        if data["destination"] not in {place["id"] for place in of["external_accounts"]["data"]}:
            raise Refusal(400, "invalid_request_error", "resource_missing", f"No such external account: '{data['destination']}'")
        made = self._new("po", "payout", amount=int(data["amount"]), currency=data["currency"], status="pending")
        made |= {"metadata": data["metadata"], "destination": data["destination"], "failure_code": None, "of": account}
        return self._keep("payouts", made)

    def balance(self, account: str) -> int:
        """What lies on a mentor's account, in cents."""
        came = sum(
            one["amount"] - one["amount_reversed"]
            for one in self.objects["transfers"].values()
            if one["destination"] == account
        )
        went = (one for one in self.objects["payouts"].values() if one["of"] == account and one["status"] not in ("failed", "canceled"))
        return came - sum(one["amount"] for one in went)

    def _list(self, kind: str, data: Shape, account: str) -> Shape:
        rows = [one for one in self._of(kind).values() if one.get("of", "") == (account if kind == "payouts" else "")]
        for name in ("transfer_group", "payment_intent"):
            rows = [one for one in rows if name not in data or one.get(name) == data[name]]
        since = int(data.get("created", {}).get("gte", 0)) if isinstance(data.get("created"), dict) else 0
        rows = [one for one in reversed(rows) if one["created"] >= since]
        rows = [self._expanded(one, data, "data.payment_intent") for one in rows[: int(data.get("limit", 10))]]
        return {"object": "list", "url": f"/v1/{kind}", "has_more": False, "data": rows}

    def _one(self, kind: str, name: str, data: Shape, account: str) -> Shape:
        if name not in self._of(kind):
            raise Refusal(404, "invalid_request_error", "resource_missing", f"No such {kind[:-1]}: '{name}'")
        return self._expanded(self._of(kind)[name], data, "payment_intent")

    def _expanded(self, row: Shape, data: Shape, word: str) -> Shape:
        """With the object in place of its name, where the call asks for it."""
        asked = data.get("expand", {})
        is_asked = word in (asked.values() if isinstance(asked, dict) else [asked])
        return {**row, "payment_intent": self.objects["payment_intents"][row["payment_intent"]]} if is_asked else row

    def _of(self, kind: str) -> dict[str, Shape]:
        if kind not in self.objects:
            raise Refusal(404, "invalid_request_error", "", f"Unrecognized request URL (/v1/{kind}).")
        return self.objects[kind]

    def _new(self, prefix: str, kind: str, **values: Any) -> Shape:
        return {"id": f"{prefix}_{next(self._numbers)}", "object": kind, "created": int(time.time()), "livemode": False, **values}

    def _keep(self, kind: str, made: Shape) -> Shape:
        self.objects[kind][made["id"]] = made
        return made


@contextmanager
def server() -> Iterator[StripeStandIn]:
    """It, listening on loopback."""
    books = StripeStandIn()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _hear(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            data, path = nested(parse_qsl(body or address.query, keep_blank_values=True)), address.path
            if path in books.hangs_up_before:
                self.close_connection = True
                return
            key, account = self.headers.get("Idempotency-Key", ""), self.headers.get("Stripe-Account", "")
            status, answer = books.answer(self.command, path, data, key if self.command == "POST" else "", account)
            if path in books.hangs_up_after:
                self.close_connection = True
                return
            said = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = _hear

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the books know every call."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    books.address = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield books
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join(timeout=5)


def nested(pairs: list[tuple[str, str]]) -> Shape:
    """`a[b][c]=1` as Stripe reads it."""
    found: Shape = {}
    for name, value in pairs:
        here, *path = re.findall(r"[^\[\]]+", name)
        place = found
        for word in path:
            place = place.setdefault(here, {})
            here = word
        place[here] = value
    return found
