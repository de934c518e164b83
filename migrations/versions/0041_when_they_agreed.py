"""When both agreed on the time a booking has, where it was confirmed before that was written down.

They are reminded a day and an hour before, but not of a moment that had passed when they agreed (policies.reminder_due).
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

bookings = sa.table(
    "bookings",
    sa.column("id", sa.Integer()),
    sa.column("lesson_id", sa.Integer()),
    sa.column("payment_id", sa.Integer()),
    sa.column("state", sa.String()),
    sa.column("accepted_at", UtcDateTime()),
    sa.column("moved_at", UtcDateTime()),
    sa.column("reminded_at", UtcDateTime()),
)
lessons = sa.table("lessons", sa.column("id", sa.Integer()), sa.column("starts_at", UtcDateTime()))
payments = sa.table("payments", sa.column("id", sa.Integer()), sa.column("captured_at", UtcDateTime()))


def upgrade() -> None:
    """Up: it was the mentor's yes, their money, or a move, whichever came last; what was agreed in the last ten minutes stays open."""
    asked = (
        sa.select(bookings.c.id, lessons.c.starts_at, bookings.c.accepted_at, payments.c.captured_at, bookings.c.moved_at)
        .join(lessons, lessons.c.id == bookings.c.lesson_id)
        .join(payments, payments.c.id == bookings.c.payment_id, isouter=True)
        .where(bookings.c.state == "confirmed", bookings.c.reminded_at.is_(None))
    )
    connection = op.get_bind()
    for booking_id, starts_at, *moments in connection.execute(asked).all():
        agreed_at = max((moment for moment in moments if moment is not None), default=None)
        if agreed_at is not None and agreed_at < starts_at - timedelta(minutes=10):
            connection.execute(sa.update(bookings).where(bookings.c.id == booking_id).values(reminded_at=agreed_at))


def downgrade() -> None:
    """Down: it was true before, too."""
