"""reports of people met in a room, and who has blocked whom."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.Integer(), nullable=False),
        sa.Column("blocked_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("blocker_id != blocked_id", name=op.f("ck_blocks_other")),
        sa.ForeignKeyConstraint(["blocker_id"], ["users.id"], name=op.f("fk_blocks_blocker_id_users")),
        sa.ForeignKeyConstraint(["blocked_id"], ["users.id"], name=op.f("fk_blocks_blocked_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("blocker_id", "blocked_id", name=op.f("uq_blocks_blocker_id_blocked_id")),
    )
    op.create_index(op.f("ix_blocks_blocked_id"), "blocks", ["blocked_id"])
    op.create_table(
        "person_reports",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("handed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reporter_id != person_id", name=op.f("ck_person_reports_other")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_person_reports_room_id_rooms")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_person_reports_booking_id_bookings")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_person_reports_reporter_id_users")),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_person_reports_person_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_reports")),
        sa.UniqueConstraint("room_id", "reporter_id", "person_id", name=op.f("uq_person_reports_room_id_reporter_id_person_id")),
    )
    op.create_index("ix_person_reports_closed_at", "person_reports", ["closed_at"])
    op.create_index(op.f("ix_person_reports_person_id"), "person_reports", ["person_id"])


def downgrade() -> None:
    """Down."""
    op.drop_table("person_reports")
    op.drop_table("blocks")
