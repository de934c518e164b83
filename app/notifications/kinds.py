"""Every kind of notice: its words, its sound, and whether a mail goes out too. One table, read by people and by tests."""

from dataclasses import dataclass

from app.payments.receipt_models import ReceiptKind


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of notice speaks; texts may use the words its reaction gives ({title}, {person}, {when}…)."""

    name: str
    title: str
    body: str
    sound: str = "none"
    by_mail: bool = True
    with_calendar: bool = False
    """Whether the mail brings the booking's calendar file; the notice's reference then begins with the booking's id."""
    document: ReceiptKind | None = None
    """Of which kind the document is that the mail brings; the notice's reference is then the number of what it documents."""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("booking.requested", "New booking!", "{person} would like “{title}”, {when}.", sound="booking"),
        Kind("booking.instant", "New booking!", "{person} booked “{title}”, {when}. It is accepted.", sound="booking"),
        Kind("booking.confirmed", "Confirmed", "“{title}” with {person}, {when}.", sound="confirmed", with_calendar=True),
        Kind("booking.declined", "Not this time", "{person} cannot teach “{title}”.{back}"),
        Kind("booking.unpaid", "Your payment did not arrive", "Nothing was taken. “{title}” is held for ten minutes: pay again."),
        Kind("booking.expired", "No answer", "“{title}” was not confirmed in time.{back}"),
        Kind("booking.ahead", "Session in {away}", "“{title}” with {person}, {when}. Join opens 15 minutes before."),
        Kind("booking.near", "Session in 10 mins!", "“{title}” with {person}. Join when you are ready.", sound="reminder"),
        Kind("booking.missed", "Session did not happen", "“{title}”: {outcome}"),
        Kind("booking.again", "Meet at another time?", "“{title}”: somebody could not get in. Agree on another time{until}"),
        Kind("again.kept", "Not at that time", "“{title}” is not moved to it. You can propose others until {when}."),
        Kind("booking.cut_short", "A part goes back", "“{title}”: {outcome}"),
        Kind("booking.canceled", "Canceled", "“{title}”, {when}. {outcome}", with_calendar=True),
        Kind("move.proposed", "Another time?", "{person} would like to move “{title}” to {when}.", sound="booking"),
        Kind("move.kept", "The old time stays", "{person} keeps the old time for “{title}”: {when}."),
        Kind("move.withdrawn", "The old time stays", "{person} took the other time back. “{title}” stays {when}.", by_mail=False),
        Kind("move.unanswered", "No answer", "{person} did not answer about another time. “{title}” stays {when}."),
        Kind("booking.moved", "Moved", "“{title}” with {person} is now {when}.", sound="confirmed", with_calendar=True),
        Kind("line.offered", "A seat is free!", "“{title}”, {when}. It is held for you until {until}.", sound="booking"),
        Kind("line.passed", "The seat went on", "Your half hour for “{title}” is over, and the next in line is asked."),
        Kind(
            "line.busy",
            "You have something else then",
            "A seat of “{title}” is free, but you are busy {when}. The next one is asked.",
        ),
        Kind("line.over", "No seat this time", "Nobody gave a seat of “{title}” back in time.", by_mail=False),
        Kind("line.moved", "Your session was moved", "“{title}” is now {when}. You are still in line; you can leave in one tap."),
        Kind("earnings.released", "Your earnings are available", "“{title}” with {person}.", by_mail=False),
        Kind("dispute.opened", "{person} opened a dispute", "“{title}”: {claim} Please answer by {deadline}."),
        Kind(
            "dispute.remind",
            "Two days left to answer",
            "“{title}”: {claim} Without an answer by {deadline} {silence}",
        ),
        Kind("dispute.spoken", "{person} answered in your dispute", "“{title}”: {claim}"),
        Kind(
            "dispute.undecided",
            "A dispute waits for a decision",
            "No. {number}, “{title}”: decide by {deadline}. bin/flask dispute show {number}",
        ),
        Kind(
            "dispute.late",
            "A dispute is overdue",
            "No. {number}, “{title}” was promised for {deadline}. bin/flask dispute show {number}",
        ),
        Kind(
            "report.made",
            "Somebody was reported",
            "No. {number}, “{title}”: {reason}. bin/flask report show {number}",
        ),
        Kind("room.let_back", "You may come back in", "{person} lets you back into “{title}”. It goes on now.", by_mail=False),
        Kind("recording.deleted", "Recording deleted", "{person} deleted the recording of “{title}”.", by_mail=False),
        Kind("dispute.settled", "Dispute settled", "“{title}”: {outcome}"),
        Kind("dispute.withdrawn", "Dispute withdrawn", "{person} took it back. “{title}” stays as it was."),
        Kind(
            "payout.late",
            "Your withdrawal is late",
            "{amount} to {method} is later than promised. Nothing is lost: we are looking into it.",
        ),
        Kind(
            "payout.overdue",
            "A withdrawal is overdue",
            "No. {number}: {amount} to {method} was due {deadline}. Look at the provider.",
        ),
        Kind("gift.given", "Thank you!", "{person} gives you {amount} for “{title}”.{note}", sound="confirmed", by_mail=False),
        Kind("gift.private", "Thank you!", "{person} gives you {amount}.{note}", sound="confirmed", by_mail=False),
        Kind("gift.undone", "A gift was taken back", "{person} took back {amount} within the minute.", by_mail=False),
        Kind("gift.lost", "A gift did not arrive", "The {amount} from {person} did not come after all.", by_mail=False),
        Kind("gift.failed", "Your gift did not arrive", "Your bank did not send {amount} to {person}. Nothing was taken."),
        Kind(
            "refund.came_back",
            "Your refund did not arrive",
            "{amount} could not be sent to {method}: {reason}. Nothing is lost: tell us another account.",
        ),
        Kind(
            "payment.taken_back",
            "A bank took a payment back",
            "The bank of {person} took back {amount} for “{title}”. What is yours stays yours: the loss is ours. Nothing to do.",
        ),
        Kind(
            "gift.taken_back",
            "A bank took a gift back",
            "The bank took back the {amount} from {person}. What is yours stays yours: the loss is ours. Nothing to do.",
        ),
        Kind(
            "payment.charged_back",
            "A bank took a payment back",
            "Payment {number} ({what}): {amount} is gone from {provider} and stands as a loss. Answer the bank at the provider.",
        ),
        Kind(
            "payment.put_back",
            "A dispute is won",
            "Payment {number} ({what}): {amount} is back at {provider}, the loss is none. What was to be refunded goes back now.",
        ),
        Kind("payout.paid", "Paid out", "{amount} has arrived: {method}.", document=ReceiptKind.WITHDRAWAL),
        Kind("payout.returned", "Withdrawal came back", "{reason} {amount} to {method} did not arrive and is available again."),
        Kind(
            "payout.method_added",
            "New payout method",
            "{method} was added to your account. Was that not you? Change your password at once.",
        ),
        Kind(
            "payout.stopped",
            "Withdrawals are stopped",
            "{provider} cannot pay you for now.{missing} What you have earned stays yours and waits here.",
        ),
        Kind("money.mismatch", "The books do not agree", "{check}: {number} wrong, first {first}. Run bin/flask money prove."),
    )
}
