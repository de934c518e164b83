"""balances: sums beside the ledger, a booking's mentor, proofs, and the indexes that keep a mentor's money quick to read."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FILL = (
    "INSERT INTO account_balances (account, currency, kind, shard, amount_minor) "
    "SELECT account, currency, '', 0, SUM(amount_minor) FROM ledger_entries GROUP BY account, currency",
    "INSERT INTO account_balances (account, currency, kind, shard, amount_minor) "
    "SELECT e.account, e.currency, t.kind, 0, SUM(e.amount_minor) FROM ledger_entries e "
    "JOIN ledger_transactions t ON t.id = e.transaction_id WHERE e.account LIKE 'mentor:%' GROUP BY e.account, e.currency, t.kind",
)
NOT_RELEASED = sa.text("released_at IS NULL")
UNRELEASED = sa.text("release_at IS NOT NULL AND released_at IS NULL")


def upgrade() -> None:
    """Up."""
    op.create_table(
        "account_balances",
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "currency", "kind", "shard", name=op.f("pk_account_balances")),
    )
    for statement in FILL:
        op.execute(statement)
    op.create_table(
        "proofs",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index("ix_proofs_at", "proofs", ["at"])
    with op.batch_alter_table("payouts") as batch:
        batch.drop_index("ix_payouts_mentor_id")
        batch.create_index("ix_payouts_mentor_id_wanted_at", ["mentor_id", "wanted_at"])
    op.create_index("ix_gifts_unreleased", "gifts", ["mentor_id", "state"], sqlite_where=NOT_RELEASED, postgresql_where=NOT_RELEASED)
    _know_the_mentor()


def _know_the_mentor() -> None:
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("mentor_id", sa.Integer(), nullable=True))
    op.execute("UPDATE bookings SET mentor_id = (SELECT mentor_id FROM lessons WHERE lessons.id = bookings.lesson_id)")
    with op.batch_alter_table("bookings") as batch:
        batch.alter_column("mentor_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(batch.f("fk_bookings_mentor_id_users"), "users", ["mentor_id"], ["id"])
        batch.drop_index("ix_bookings_learner_id")
        batch.create_index("ix_bookings_learner_id_requested_at", ["learner_id", "requested_at"])
        batch.create_index("ix_bookings_mentor_id_state", ["mentor_id", "state"])
        batch.create_index("ix_bookings_unreleased", ["mentor_id"], sqlite_where=UNRELEASED, postgresql_where=UNRELEASED)


def downgrade() -> None:
    """Down."""
    op.drop_index("ix_gifts_unreleased", "gifts")
    with op.batch_alter_table("bookings") as batch:
        for index in ("ix_bookings_unreleased", "ix_bookings_mentor_id_state", "ix_bookings_learner_id_requested_at"):
            batch.drop_index(index)
        batch.create_index("ix_bookings_learner_id", ["learner_id"])
        batch.drop_constraint(batch.f("fk_bookings_mentor_id_users"), type_="foreignkey")
        batch.drop_column("mentor_id")
    with op.batch_alter_table("payouts") as batch:
        batch.drop_index("ix_payouts_mentor_id_wanted_at")
        batch.create_index("ix_payouts_mentor_id", ["mentor_id"])
    op.drop_table("proofs")
    op.drop_table("account_balances")
