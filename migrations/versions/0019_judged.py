"""what the money judge looks at: chargebacks beside their payment, documents still to be written, a dispute's reminder."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LOST = "(SELECT -SUM(e.amount_minor) FROM ledger_entries e WHERE e.transaction_id = t.id AND e.account = 'platform:losses')"
WANTED = (
    "INSERT INTO receipts_wanted (kind, subject_id) SELECT 'receipt', p.id FROM payments p WHERE p.captured_at IS NOT NULL AND "
    "NOT EXISTS (SELECT 1 FROM receipts r WHERE r.kind = 'receipt' AND r.subject_id = p.id) ORDER BY p.id",
    "INSERT INTO receipts_wanted (kind, subject_id) SELECT 'credit', f.id FROM refunds f JOIN payments p ON p.id = f.payment_id "
    "WHERE f.state = 'done' AND p.captured_at IS NOT NULL AND "
    "NOT EXISTS (SELECT 1 FROM receipts r WHERE r.kind = 'credit' AND r.subject_id = f.id) ORDER BY f.id",
    "INSERT INTO receipts_wanted (kind, subject_id) SELECT 'statement', b.id FROM bookings b WHERE b.released_at IS NOT NULL AND "
    "NOT EXISTS (SELECT 1 FROM receipts r WHERE r.kind = 'statement' AND r.subject_id = b.id) ORDER BY b.id",
)


def upgrade() -> None:
    """Up."""
    op.add_column("payments", sa.Column("charged_back_at", UtcDateTime(), nullable=True))
    op.add_column("payments", sa.Column("charged_back_minor", sa.Integer(), nullable=True))
    op.add_column("disputes", sa.Column("reminded_at", UtcDateTime(), nullable=True))
    op.create_table(
        "receipts_wanted",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts_wanted")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_receipts_wanted_kind_subject_id")),
    )
    chargeback = "FROM ledger_transactions t WHERE t.kind = 'chargeback' AND t.reference = CAST(payments.id AS VARCHAR(60))"
    for column, value in (("charged_back_at", "t.at"), ("charged_back_minor", LOST)):
        op.execute(f"UPDATE payments SET {column} = (SELECT {value} {chargeback}) WHERE EXISTS (SELECT 1 {chargeback})")  # noqa: S608
    for statement in WANTED:
        op.execute(statement)


def downgrade() -> None:
    """Down."""
    op.drop_table("receipts_wanted")
    op.drop_column("disputes", "reminded_at")
    op.drop_column("payments", "charged_back_minor")
    op.drop_column("payments", "charged_back_at")
