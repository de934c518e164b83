"""The rehearsal's script: what happens with each instrument. Chance has no part in it."""

from dataclasses import dataclass
from datetime import timedelta

from app.payments.providers.base import Kind

CARDS = {
    "4242424242424242": "ok",
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "lost_card",
    "4000000000009979": "stolen_card",
    "4000000000000069": "expired_card",
    "4000002500003155": "approve",
    "4000000000000341": "declines-when-saved",
}
UPI_PREFIXES = {
    "success": "ok",
    "approve": "approve",
    "pending": "later",
    "decline": "declined_by_payer",
    "expire": "expires",
    "flaky-2": "flaky-2",
    "timeout-before": "timeout-before",
    "timeout-after": "timeout-after",
    "dispute": "dispute",
    "dispute-won": "dispute-won",
}
BANK_ENDINGS = {"6789": "later", "0000": "fails-later"}

FINAL_DECLINES = frozenset({"expired_card", "lost_card", "stolen_card"})
"""Trying the same card again cannot help."""

UPI_DELAY, BANK_DELAY = timedelta(seconds=8), timedelta(seconds=15)
APPROVE_WITHIN = timedelta(minutes=5)
DISPUTED_AFTER, DECIDED_AFTER = timedelta(seconds=10), timedelta(seconds=20)
FLAKY_NOES = 2


@dataclass(frozen=True, slots=True)
class Opening:
    """How a payment begins, and what it becomes by itself after a while."""

    status: str
    decline_code: str = ""
    becomes: str = ""
    delay: timedelta = timedelta()


def play_of(kind: Kind, details: str, *, is_saved: bool) -> str:
    """The name of what is played for an instrument's details."""
    if kind is Kind.CARD:
        play = CARDS.get(details, "card_declined")
        return ("card_declined" if is_saved else "ok") if play == "declines-when-saved" else play
    if kind is Kind.UPI:
        return UPI_PREFIXES.get(details.split("@")[0], "ok")
    return BANK_ENDINGS.get(details.split("/")[0][-4:], "later")


def opening(play: str, kind: Kind, *, hold: bool, noes_before: int) -> Opening:
    """The first answer; `noes_before` counts how often this instrument was refused in a row until now."""
    delay = BANK_DELAY if kind is Kind.BANK else UPI_DELAY
    if play == "later":
        return Opening("processing", becomes="succeeded", delay=delay)
    if play in ("expires", "fails-later"):
        return Opening("processing", becomes="failed", delay=delay)
    if play == "approve":
        return Opening("requires_action", becomes="failed", delay=APPROVE_WITHIN)
    if play in ("dispute", "dispute-won"):
        becomes = {"dispute": "disputed", "dispute-won": "disputed-in-vain"}[play]
        return Opening("succeeded", becomes=becomes, delay=DISPUTED_AFTER)
    if play == "flaky-2" and noes_before < FLAKY_NOES:
        return Opening("failed", "try_again")
    if play in ("ok", "timeout-after", "flaky-2"):
        return Opening("authorized" if hold else "succeeded")
    return Opening("failed", play)
