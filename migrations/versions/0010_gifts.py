"""gifts: what learners give mentors beyond the price."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "gifts",
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee_bps", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=140), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("undo_until", UtcDateTime(), nullable=True),
        sa.Column("available_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_gifts_amount")),
        sa.ForeignKeyConstraint(["giver_id"], ["users.id"], name=op.f("fk_gifts_giver_id_users")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_gifts_mentor_id_users")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_gifts_booking_id_bookings")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_gifts_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gifts")),
        sa.UniqueConstraint("key", name=op.f("uq_gifts_key")),
    )
    op.create_index(op.f("ix_gifts_booking_id"), "gifts", ["booking_id"])
    op.create_index(op.f("ix_gifts_payment_id"), "gifts", ["payment_id"])
    op.create_index("ix_gifts_state", "gifts", ["state"])
    op.create_index("ix_gifts_giver_id_created_at", "gifts", ["giver_id", "created_at"])
    op.create_index("ix_gifts_mentor_id_created_at", "gifts", ["mentor_id", "created_at"])


def downgrade() -> None:
    """Down."""
    op.drop_table("gifts")
