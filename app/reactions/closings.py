"""What follows when an account is closed: its plans end, and the money goes where the rules say."""

from app.accounts.events import AccountDisabled
from app.bookings.suspending import end_plans_of
from app.kernel.events import Reactions


def end_their_plans(event: AccountDisabled) -> None:
    """At once; the sweep in bookings finds what this loses."""
    end_plans_of(event.user_id)


REACTIONS: Reactions = {AccountDisabled: [end_their_plans]}
