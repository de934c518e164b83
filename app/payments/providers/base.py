"""What every payment provider can do. Values in and out are small and frozen; every call that moves money carries a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from app.kernel.money import Money


class Kind(StrEnum):
    """Ways to pay."""

    BANK = "bank"
    UPI = "upi"
    CARD = "card"


class Status(StrEnum):
    """A provider's answer. UNKNOWN means we do not know (a time-out is not a no)."""

    SUCCEEDED = "succeeded"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a provider does with one kind of instrument in a currency."""

    kind: Kind
    can_hold: bool
    test_values: tuple[tuple[str, str], ...] = ()
    """(field, value) pairs filled in while rehearsing."""
    fields: tuple[str, ...] = ()
    """Names of the details typed on our own page; none where the provider asks for them on a page of its own."""
    settles_within: timedelta = timedelta()
    """How long money may be on its way. A kind slower than the time left is not offered."""
    hold_lasts: timedelta = timedelta(days=7)
    """How long held money stays held before it lapses."""


@dataclass(frozen=True, slots=True)
class PayoutKind:
    """A kind of instrument a provider can pay out to."""

    kind: Kind
    test_values: tuple[tuple[str, str], ...] = ()
    """(field, value) pairs filled in while rehearsing."""
    fields: tuple[str, ...] = ()
    """Names of the details typed on our own page."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What is paid with: its kind, the provider's token for it, and a label fit for screens."""

    kind: Kind
    token: str
    label: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a provider answered about a payment or refund."""

    status: Status
    provider_id: str | None = None
    decline_code: str = ""
    is_retryable: bool = True
    action_url: str = ""
    """Where the payer approves, when the status asks for it; empty when that happens in an app of theirs."""
    amount: Money | None = None
    """What the provider says it took or holds; an answer about another sum is never believed."""
    saved: Instrument | None = None
    """The instrument as the provider keeps it for next time, if it was asked to."""


@dataclass(frozen=True, slots=True)
class Event:
    """A provider says that something happened to an object of its own. Only a reason to look: what it claims is never believed."""

    id: str
    type: str
    object_id: str


class About(StrEnum):
    """What an event can be about."""

    PAYMENT = "payment"
    REFUND = "refund"
    PAYOUT = "payout"
    DISPUTE = "dispute"  # the payer's bank took the money back
    DISPUTE_WON = "dispute_won"  # and has put it back
    ACCOUNT = "account"  # a mentor's account at the provider is not what it was


class Readiness(StrEnum):
    """How far a mentor's account at a provider is."""

    UNFINISHED = "unfinished"  # the provider needs something from them
    CHECKING = "checking"  # the provider has all it asked for and looks at it
    READY = "ready"  # money can go there
    REJECTED = "rejected"  # the provider will not pay them


@dataclass(frozen=True, slots=True)
class MentorAccount:
    """A mentor's account at the provider, as it is now."""

    id: str
    readiness: Readiness
    missing: str = ""
    """What the provider still needs, in words that go on after "it needs"; empty when nothing is missing."""
    instrument: Instrument | None = None
    """Where money goes from there, once it is ready."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The object of an event as the provider has it now: `key` is the one we sent when it was made."""

    about: About
    key: str
    result: Result
    account: MentorAccount | None = None
    """Only where it is about one; `key` is its name at the provider."""


class WebhookRefused(ValueError):
    """A message that no provider of ours has signed, or a long time ago; the text says why (for the log)."""


class InstrumentRefused(ValueError):
    """The typed details cannot be right; `field` says which, the text why."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


class AccountRefused(ValueError):
    """The provider says a definite no to a mentor's account; the text says why (for the log)."""


class PaymentProvider(Protocol):
    """The door to one payment company."""

    name: str
    absence_is_sure_after: timedelta
    """How long after a call its absence from the provider's books means that it never arrived."""

    def capabilities(self, currency: str) -> list[Capability]:
        """What can be paid with in this currency, the recommended kind first."""
        ...

    def instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Turn typed details into an instrument; InstrumentRefused when they cannot be right."""
        ...

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
        """Take (or hold) money. The same key again gives the first answer; with other values it is an error.

        `payer` is our name for who pays, `keep` asks to save the instrument, `return_url` is where they go after approving.
        """
        ...

    def find_payment(self, key: str, *, provider_id: str | None = None, asked_at: datetime | None = None) -> Result | None:
        """Did it happen? None when this key never arrived. The rest helps to look: the provider's id, the moment of the call."""
        ...

    def capture(self, provider_id: str, *, key: str) -> Result:
        """Take what is held."""
        ...

    def cancel(self, provider_id: str, *, key: str) -> Result:
        """Let go of what is held."""
        ...

    def refund(self, provider_id: str, amount: Money, *, key: str) -> Result:
        """Give back some or all of what was taken."""
        ...

    def find_refund(self, provider_id: str, key: str) -> Result | None:
        """What became of a refund? None when this key never arrived."""
        ...

    def save_instrument(self, payer: str, instrument: Instrument) -> Instrument:
        """Keep an instrument for next time; the same one twice is one. What comes back holds the provider's token for it."""
        ...

    def list_instruments(self, payer: str) -> list[Instrument]:
        """What the provider keeps for somebody."""
        ...

    def detach_instrument(self, instrument: Instrument) -> None:
        """Keep it no longer; one that is not kept is no error."""
        ...

    def parse_webhook(self, raw_body: bytes, headers: Mapping[str, str]) -> Event:
        """Check the signature over the raw bytes and its age; WebhookRefused when either is wrong."""
        ...

    def read_event(self, event: Event) -> Subject | None:
        """Ask the provider for the object of an event as it is now; None for what does not concern us."""
        ...

    def payout_kinds(self, currency: str) -> list[PayoutKind]:
        """What can be paid out to in this currency, the recommended kind first; empty when nothing can."""
        ...

    def payout_instrument(self, kind: Kind, details: dict[str, str]) -> Instrument:
        """Turn typed details into an instrument money can go to; InstrumentRefused when they cannot be right."""
        ...

    def create_payout(self, amount: Money, instrument: Instrument, *, key: str) -> Result:
        """Send money. The same key again sends nothing more and gives the present answer."""
        ...

    def find_payout(self, key: str) -> Result | None:
        """What became of it? None when this key never arrived."""
        ...


@runtime_checkable
class TellsChargebacks(Protocol):
    """A provider whose payers' banks can take money back, and who can be asked about it."""

    def chargebacks(self, since: datetime) -> list[Subject]:
        """Charges that were taken back, or put back, since a moment, each with the key of its payment; `amount` is what."""
        ...


@runtime_checkable
class OnboardsMentors(Protocol):
    """A provider on whose own page mentors say who they are and where their money goes.

    A definite no is AccountRefused; anything else that is raised means that we do not know.
    """

    title: str
    """Its name on our pages."""
    absence_is_sure_after: timedelta

    def open_account(self, mentor: str, *, key: str) -> str:
        """Make an account for `mentor` (our name for them); its name there. The same key again makes no second one."""
        ...

    def find_account(self, mentor: str, since: datetime) -> str | None:
        """The account that was made for a mentor since a moment, if its answer was lost; None when none was made."""
        ...

    def fetch_account(self, account: str) -> MentorAccount:
        """What has become of it."""
        ...

    def account_page(self, account: str, return_url: str, *, is_finished: bool) -> str:
        """The address of the page for it, good once and for minutes: going on, or (when finished) looking and changing."""
        ...


@runtime_checkable
class CallsOffPayouts(Protocol):
    """A provider whose payouts have several legs, so that one can lie half way."""

    def call_off_payout(self, key: str) -> Result:
        """Bring home what lies half way, after the promised time: FAILED once nothing is out any more, or what it has become."""
        ...
