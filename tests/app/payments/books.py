"""What the stories of providers' news ask of the books, ours and theirs."""

from datetime import timedelta

from app.extensions import db
from app.payments import ledger
from app.payments.providers.rehearsal_books import payments as charged

MINUTE = timedelta(minutes=1)


def held(booking) -> int:
    return ledger.balance(ledger.held_for("booking", str(booking.id)), "USD").amount_minor


def the_books_agree() -> None:
    assert ledger.imbalance() == {}
    with db.engine.connect() as books:
        taken = db.select(db.func.coalesce(db.func.sum(charged.c.amount_minor - charged.c.refunded_minor), 0))
        theirs = books.execute(taken.where(charged.c.status == "succeeded")).scalar()
    assert -ledger.balance(ledger.provider_account("rehearsal"), "USD").amount_minor == theirs


def unheard(real):
    """The provider does it, and the line breaks before it can say so."""

    def call(*args, **named):
        real(*args, **named)
        raise TimeoutError

    return call
