"""payouts: where a mentor's money may go, withdrawals, and the rehearsal's books of them."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import EncryptedText, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "payout_methods",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("token", EncryptedText(), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("usable_from", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_payout_methods_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_methods")),
        sa.UniqueConstraint("mentor_id", "lookup", name=op.f("uq_payout_methods_mentor_id_lookup")),
    )
    _payouts()
    op.create_table(
        "rehearsal_payouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("becomes", sa.String(length=20), nullable=False),
        sa.Column("settles_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_payouts")),
        sa.UniqueConstraint("key", name=op.f("uq_rehearsal_payouts_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_rehearsal_payouts_provider_id")),
    )


def _payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("token", EncryptedText(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("provider_payout_id", sa.String(length=80), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payouts_amount")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_payouts_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("key", name=op.f("uq_payouts_key")),
    )
    with op.batch_alter_table("payouts") as batch:
        batch.create_index(batch.f("ix_payouts_mentor_id"), ["mentor_id"])
        batch.create_index("ix_payouts_state", ["state"])


def downgrade() -> None:
    """Down."""
    for table in ("rehearsal_payouts", "payouts", "payout_methods"):
        op.drop_table(table)
