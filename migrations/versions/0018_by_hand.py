"""by hand: transfers that are waited for, lines of bank statements, and what people are to send."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import EncryptedText, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "manual_payments",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account", EncryptedText(), nullable=False),
        sa.Column("account_label", sa.String(length=60), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_payments")),
        sa.UniqueConstraint("key", name=op.f("uq_manual_payments_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_manual_payments_reference")),
    )
    op.create_index("ix_manual_payments_payer", "manual_payments", ["payer"])
    op.create_index("ix_manual_payments_state_expires_at", "manual_payments", ["state", "expires_at"])
    op.create_table(
        "statement_lines",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("text", EncryptedText(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("named_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_statement_lines_amount")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["manual_payments.id"], name=op.f("fk_statement_lines_payment_id_manual_payments")
        ),
        sa.ForeignKeyConstraint(["named_id"], ["manual_payments.id"], name=op.f("fk_statement_lines_named_id_manual_payments")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_statement_lines_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_lines")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_statement_lines_fingerprint")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_statement_lines_payment_id")),
    )
    op.create_index("ix_statement_lines_state", "statement_lines", ["state"])
    op.create_index("ix_statement_lines_named_id", "statement_lines", ["named_id"])
    op.create_table(
        "hand_transfers",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("charge", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account", EncryptedText(), nullable=False),
        sa.Column("account_label", sa.String(length=60), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_hand_transfers_amount")),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_hand_transfers_done_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_transfers")),
        sa.UniqueConstraint("key", name=op.f("uq_hand_transfers_key")),
    )
    op.create_index("ix_hand_transfers_state", "hand_transfers", ["state"])
    op.create_index("ix_hand_transfers_charge", "hand_transfers", ["charge"])


def downgrade() -> None:
    """Down."""
    for table in ("hand_transfers", "statement_lines", "manual_payments"):
        op.drop_table(table)
