"""disputes: what somebody says against an outcome, both sides' words, and overdue withdrawals that were told."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COUNTS = sa.text("state != 'withdrawn'")


def upgrade() -> None:
    """Up."""
    op.create_table(
        "disputes",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("wanted_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("decide_by", UtcDateTime(), nullable=True),
        sa.Column("late_told_at", UtcDateTime(), nullable=True),
        sa.Column("decided_minor", sa.Integer(), nullable=True),
        sa.Column("is_strike_lifted", sa.Boolean(), nullable=False),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("wanted_minor >= 0", name=op.f("ck_disputes_wanted")),
        sa.CheckConstraint("decided_minor IS NULL OR decided_minor >= 0", name=op.f("ck_disputes_decided")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_disputes_booking_id_bookings")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_disputes_opened_by_id_users")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_disputes_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    with op.batch_alter_table("disputes") as batch:
        batch.create_index(batch.f("ix_disputes_booking_id"), ["booking_id"])
        batch.create_index(batch.f("ix_disputes_opened_by_id"), ["opened_by_id"])
        batch.create_index("ix_disputes_state", ["state"])
        batch.create_index("uq_disputes_booking", ["booking_id", "kind"], unique=True, sqlite_where=COUNTS, postgresql_where=COUNTS)
    op.create_table(
        "dispute_statements",
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("offer_minor", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_statements_dispute_id_disputes")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_dispute_statements_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_statements")),
    )
    with op.batch_alter_table("dispute_statements") as batch:
        batch.create_index(batch.f("ix_dispute_statements_dispute_id"), ["dispute_id"])
    op.add_column("payouts", sa.Column("late_told_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("payouts") as batch:
        batch.drop_column("late_told_at")
    op.drop_table("dispute_statements")
    op.drop_table("disputes")
