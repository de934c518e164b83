"""receipts: numbered without gaps, and refused any change by the database."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "receipt_counters",
        sa.Column("series", sa.String(length=12), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_counters")),
        sa.UniqueConstraint("series", name=op.f("uq_receipt_counters_series")),
    )
    op.create_table(
        "receipts",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cancels_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cancels_id"], ["receipts.id"], name=op.f("fk_receipts_cancels_id_receipts")),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_receipts_person_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_receipts_kind_subject_id")),
        sa.UniqueConstraint("number", name=op.f("uq_receipts_number")),
    )
    op.create_index("ix_receipts_person_id_about_reference", "receipts", ["person_id", "about", "reference"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER receipts_append_only BEFORE UPDATE OR DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER receipts_no_{verb} BEFORE {verb.upper()} ON receipts "
            "BEGIN SELECT RAISE(ABORT, 'receipts is append only'); END"
        )


def downgrade() -> None:
    """Down. The triggers go with their table."""
    op.drop_table("receipts")
    op.drop_table("receipt_counters")
