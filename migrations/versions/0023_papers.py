"""documents of gifts, withdrawals, chargebacks and stray charges: what moved before is wanted, so that the sweeps write it."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOVED = {
    "chargeback": "payments m WHERE m.charged_back_at IS NOT NULL",
    "stray": "stray_charges m WHERE m.is_taken",
    "stray_back": "stray_charges m WHERE m.is_taken AND m.state <> 'wanted'",
    "tip": "gifts m WHERE m.released_at IS NOT NULL",
    "withdrawal": "payouts m WHERE m.state = 'paid'",
}


def upgrade() -> None:
    """Up."""
    for kind, moved in MOVED.items():
        op.execute(f"INSERT INTO receipts_wanted (kind, subject_id) SELECT '{kind}', m.id FROM {moved} ORDER BY m.id")  # noqa: S608


def downgrade() -> None:
    """Down. Documents that are written stay: they cannot be deleted."""
    kinds = ", ".join(f"'{kind}'" for kind in MOVED)
    op.execute(f"DELETE FROM receipts_wanted WHERE kind IN ({kinds})")  # noqa: S608
