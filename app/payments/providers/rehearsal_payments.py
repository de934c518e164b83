"""The rows of the rehearsal's payments: finding them, letting time pass over them, and what they mean."""

from sqlalchemy import Connection, Row, func, select, update

from app.config import settings
from app.kernel.clock import now
from app.kernel.money import Money
from app.payments.providers.base import Result, Status
from app.payments.providers.rehearsal_books import payments, refunds
from app.payments.providers.rehearsal_outbox import emit
from app.payments.providers.rehearsal_script import DECIDED_AFTER, FINAL_DECLINES

UNSETTLED = ("processing", "requires_action")
DISPUTED = ("disputed", "disputed-in-vain")
PUT_BACK_LATER, WON = "reinstated", "won"
"""What becomes of a disputed charge that is won: taken back first, put back later, and then that is its end."""


def by_key(books: Connection, key: str) -> Row | None:
    """The payment that was made with a key, as it is now."""
    row = books.execute(select(payments).where(payments.c.key == key)).first()
    return None if row is None else settled(books, row)


def by_provider_id(books: Connection, provider_id: str) -> Row | None:
    """The payment of an id, as it is now."""
    row = books.execute(select(payments).where(payments.c.provider_id == provider_id)).first()
    return None if row is None else settled(books, row)


def the_payment(books: Connection, provider_id: str) -> Row:
    """The same where there must be one; NoResultFound otherwise."""
    return settled(books, books.execute(select(payments).where(payments.c.provider_id == provider_id)).one())


def settled(books: Connection, row: Row) -> Row:
    """What was on its way arrives (or fails), and what is to be taken back is, when its time has come."""
    if not row.becomes or row.settles_at is None or row.settles_at > now():
        return row
    if row.status in UNSETTLED:
        return change(books, row, row.becomes, "expired_unpaid" if row.becomes == "failed" else "")
    if row.status == "succeeded" and row.becomes in DISPUTED:
        return _taken_back(books, row)
    if row.status == "succeeded" and row.becomes == PUT_BACK_LATER:
        return _put_back(books, row)
    return row


def _taken_back(books: Connection, row: Row) -> Row:
    """The payer's bank takes all that had not gone back; in a dispute that is won it will be put back."""
    is_news = row.refunded_minor < row.amount_minor
    taken_back = {"becomes": "", "refunded_minor": row.amount_minor}
    if is_news and row.becomes == "disputed-in-vain":
        taken_back |= {"becomes": PUT_BACK_LATER, "settles_at": row.settles_at + DECIDED_AFTER}
    books.execute(update(payments).where(payments.c.id == row.id).values(**taken_back))
    if is_news:
        emit(books, "dispute.opened", row.provider_id)
    return settled(books, books.execute(select(payments).where(payments.c.id == row.id)).one())


def _put_back(books: Connection, row: Row) -> Row:
    """The bank sees it our way: only what we gave back ourselves is gone."""
    given = books.scalar(select(func.sum(refunds.c.amount_minor)).where(refunds.c.provider_id == row.provider_id))
    books.execute(update(payments).where(payments.c.id == row.id).values(becomes=WON, refunded_minor=int(given or 0)))
    emit(books, "dispute.won", row.provider_id)
    return books.execute(select(payments).where(payments.c.id == row.id)).one()


def change(books: Connection, row: Row, status: str, decline_code: str = "") -> Row:
    """A state moves on, once, and it is told; somebody who was quicker wins."""
    moving = update(payments).where(payments.c.id == row.id, payments.c.status == row.status)
    if books.execute(moving.values(status=status, decline_code=decline_code)).rowcount:
        emit(books, f"payment.{status}", row.provider_id)
    return books.execute(select(payments).where(payments.c.id == row.id)).one()


def settle_all(books: Connection) -> None:
    """Let time pass over everything that is due."""
    due = select(payments).where(payments.c.becomes.not_in(("", WON)), payments.c.settles_at <= now())
    for row in books.execute(due.where(payments.c.status.in_((*UNSETTLED, "succeeded")))).all():
        settled(books, row)


def last_noes(books: Connection, mark: str) -> int:
    """How often an instrument was refused in a row until now."""
    query = select(payments.c.status).where(payments.c.instrument == mark).order_by(payments.c.id.desc()).limit(10)
    statuses = books.execute(query).scalars().all()
    return next((count for count, status in enumerate(statuses) if status != "failed"), len(statuses))


def result_of(row: Row) -> Result:
    """What a row means to us."""
    waits = row.status == Status.REQUIRES_ACTION
    return Result(
        Status(row.status),
        row.provider_id,
        row.decline_code,
        is_retryable=row.decline_code not in FINAL_DECLINES,
        action_url=f"{settings().base_url}/rehearsal/approve/{row.provider_id}" if waits else "",
        amount=Money(row.amount_minor, row.currency),
    )
