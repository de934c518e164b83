"""connected: mentors' accounts at a provider that asks them itself, and places money cannot go to for now."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import EncryptedText, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "payout_accounts",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("keyed_at", UtcDateTime(), nullable=False),
        sa.Column("token", EncryptedText(), nullable=True),
        sa.Column("lookup", sa.String(length=64), nullable=True),
        sa.Column("readiness", sa.String(length=40), nullable=False),
        sa.Column("missing", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("look_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_payout_accounts_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_accounts")),
        sa.UniqueConstraint("mentor_id", "provider", name=op.f("uq_payout_accounts_mentor_id_provider")),
        sa.UniqueConstraint("provider", "lookup", name=op.f("uq_payout_accounts_provider_lookup")),
    )
    op.create_index("ix_payout_accounts_look_at", "payout_accounts", ["look_at"])
    op.add_column("payout_methods", sa.Column("stopped_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Down."""
    op.drop_column("payout_methods", "stopped_at")
    op.drop_table("payout_accounts")
