"""How far a mentor's account at the provider is, in words, with the one next step."""

from dataclasses import dataclass

from app.accounts.models import User
from app.payments.payout_accounts import account_of, onboarding
from app.payments.payout_methods import payout_methods
from app.payments.payout_models import PayoutAccount
from app.payments.providers.base import OnboardsMentors, Readiness

SAFE = "What you have earned stays yours and waits here."


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """`tone` names the colour of the status; `button` is empty when there is nothing to do."""

    status: str
    tone: str
    text: str
    button: str = ""
    is_ready: bool = False


def standing_of_account(mentor: User) -> AccountStanding | None:
    """None where mentors type on our own page where money goes."""
    door = onboarding()
    if door is None:
        return None
    account = account_of(mentor)
    if account is None:
        text = f"{door.title} pays you. Before your first withdrawal it asks on its own page who you are and where your money goes."
        return AccountStanding("Not set up", "held", text, "Set up payouts")
    if account.token is None:
        text = f"{door.title} did not answer when we asked it to open your account. Nothing is lost: please try again."
        return AccountStanding("Not set up", "held", text, "Set up payouts")
    return _told(door, account, was_ready=bool(payout_methods(mentor)))


def _told(door: OnboardsMentors, account: PayoutAccount, *, was_ready: bool) -> AccountStanding:
    """What the provider last said."""
    name, missing = door.title, f": {account.missing}" if account.missing else ""
    if account.readiness is Readiness.READY:
        text = f"{name} pays you. To change where your money goes, tell {name}; a new place can be used a day later."
        return AccountStanding("Ready", "confirmed", text, f"Change at {name}", is_ready=True)
    if account.readiness is Readiness.REJECTED:
        return AccountStanding("Refused", "declined", f"{name} does not pay out to you. {SAFE} Please write to us.")
    if account.readiness is Readiness.CHECKING:
        text = f"{name} looks at what you told it. That takes minutes, sometimes days; there is nothing to do. {SAFE}"
        return AccountStanding("Stopped while it is checked" if was_ready else "Being checked", "requested", text)
    text = f"{name} still needs something from you{missing}. {SAFE}"
    return AccountStanding("Stopped" if was_ready else "Not finished", "missed" if was_ready else "held", text, "Go on")
