"""The rehearsal's post for tests: its messages as they would be posted, carried to the use case behind the door by hand."""

from sqlalchemy import Row, select, update

from app.kernel.clock import now
from app.payments.providers.rehearsal_books import Books, events
from app.payments.providers.rehearsal_events import HEADER, sign
from app.payments.providers.rehearsal_payments import settle_all
from app.payments.providers.rehearsal_payouts import tell_payouts
from app.payments.providers.rehearsal_post import message
from app.payments.webhooks import receive


def waiting() -> list[Row]:
    """Every message that was not handed over, the oldest first; time passes in the rehearsal's books."""
    with Books() as books:
        settle_all(books)
        tell_payouts(books)
        return list(books.execute(select(events).where(events.c.next_at.is_not(None)).order_by(events.c.id)).all())


def hand_over(row: Row) -> bool:
    """One message, signed now; whether it was news."""
    body = message(row)
    is_news = receive("rehearsal", body, {HEADER: sign(body, int(now().timestamp()))})
    with Books() as books:
        books.execute(update(events).where(events.c.id == row.id).values(next_at=None, outcome="told"))
    return is_news


def hand_over_all() -> int:
    """Everything that waits; how much of it was news."""
    return sum(hand_over(row) for row in waiting())
