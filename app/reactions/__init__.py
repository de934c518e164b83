"""What follows from what: one table per kind of consequence. One search for an event's name answers "what happens when…?"."""

from app.kernel.events import Reactions
from app.reactions import (
    calendars,
    chargebacks,
    closings,
    disputes,
    gifts,
    lines,
    live,
    mails,
    moves,
    notices,
    nudges,
    payouts,
    proofs,
    receipts,
    recordings,
    reports,
    rooms,
    settlements,
    slots,
    talks,
    timers,
    transfers,
)

ALL_REACTIONS: tuple[Reactions, ...] = (
    settlements.REACTIONS,  # first: they move the state that the others talk about
    gifts.REACTIONS,
    closings.REACTIONS,
    rooms.REACTIONS,
    live.REACTIONS,
    recordings.REACTIONS,
    calendars.REACTIONS,  # before the mails that carry them
    slots.REACTIONS,
    talks.REACTIONS,
    moves.REACTIONS,
    notices.REACTIONS,
    lines.REACTIONS,
    receipts.REACTIONS,  # before the letters that carry them
    payouts.REACTIONS,
    transfers.REACTIONS,
    disputes.REACTIONS,
    reports.REACTIONS,
    proofs.REACTIONS,
    chargebacks.REACTIONS,
    mails.REACTIONS,
    timers.REACTIONS,
    nudges.REACTIONS,  # last: whoever looks again sees everything
)
