"""moves: another time proposed for a booking, waiting lists, and what a learner wants their mentor to know."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("moved_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("note", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("bookings") as batch:
        batch.alter_column("note", existing_type=sa.String(length=200), server_default=None)
    _proposals()
    _waiting_entries()


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_proposals_number")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_proposals_order")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_proposals_booking_id_bookings")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["users.id"], name=op.f("fk_proposals_proposed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("booking_id", "number", name=op.f("uq_proposals_booking_id_number")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_proposals_open", "proposals", ["booking_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(op.f("ix_proposals_answer_by"), "proposals", ["answer_by"])


def _waiting_entries() -> None:
    op.create_table(
        "waiting_entries",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("offered_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_waiting_entries_booking_id_bookings")),
        sa.ForeignKeyConstraint(["learner_id"], ["users.id"], name=op.f("fk_waiting_entries_learner_id_users")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_waiting_entries_lesson_id_lessons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entries")),
    )
    in_line = sa.text("state IN ('waiting', 'offered')")
    where = {"sqlite_where": in_line, "postgresql_where": in_line}
    op.create_index("uq_waiting_entries_in_line", "waiting_entries", ["lesson_id", "learner_id"], unique=True, **where)
    op.create_index("ix_waiting_entries_state", "waiting_entries", ["state"])
    for column in ("lesson_id", "learner_id", "booking_id"):
        op.create_index(op.f(f"ix_waiting_entries_{column}"), "waiting_entries", [column])


def downgrade() -> None:
    """Down."""
    op.drop_table("waiting_entries")
    op.drop_table("proposals")
    with op.batch_alter_table("bookings") as batch:
        batch.drop_column("note")
        batch.drop_column("moved_at")
