"""settlements: what presence decided, refunds that are due later, and what may still be undone."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "settlements",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=False),
        sa.Column("both_seconds", sa.Integer(), nullable=False),
        sa.Column("mentor_away_seconds", sa.Integer(), nullable=False),
        sa.Column("technical_seconds", sa.Integer(), nullable=False),
        sa.Column("lost_seconds", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("refund_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_strike", sa.Boolean(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("refund_minor >= 0 AND refund_minor <= price_minor", name=op.f("ck_settlements_refund")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_settlements_booking_id_bookings")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_settlements_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_settlements_booking_id")),
    )
    with op.batch_alter_table("settlements") as batch:
        batch.create_index(batch.f("ix_settlements_mentor_id"), ["mentor_id"])
    with op.batch_alter_table("refunds") as batch:
        batch.add_column(sa.Column("due_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE refunds SET due_at = wanted_at")
    with op.batch_alter_table("refunds") as batch:
        batch.alter_column("due_at", existing_type=UtcDateTime(), nullable=False)
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("no_show_refund_pct", sa.Integer(), nullable=False, server_default="100"))
    with op.batch_alter_table("bookings") as batch:
        batch.alter_column("no_show_refund_pct", existing_type=sa.Integer(), server_default=None)
    for name in ("undo_until", "wait_until"):
        op.add_column("bookings", sa.Column(name, UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Down."""
    for name in ("wait_until", "undo_until", "no_show_refund_pct"):
        op.drop_column("bookings", name)
    op.drop_column("refunds", "due_at")
    op.drop_table("settlements")
