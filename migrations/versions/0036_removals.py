"""whom a mentor asked to leave a room, and what of the time that cost."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0036"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "room_removals",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("declined_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_room_removals_lesson_id_lessons")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_room_removals_user_id_users")),
        sa.ForeignKeyConstraint(["removed_by"], ["users.id"], name=op.f("fk_room_removals_removed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_removals")),
    )
    op.create_index(op.f("ix_room_removals_lesson_id"), "room_removals", ["lesson_id"])
    op.create_index(op.f("ix_room_removals_user_id"), "room_removals", ["user_id"])
    standing = sa.text("lifted_at IS NULL")
    op.create_index(
        "uq_room_removals_standing",
        "room_removals",
        ["lesson_id", "user_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.add_column("settlements", sa.Column("removed_seconds", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Down."""
    op.drop_column("settlements", "removed_seconds")
    op.drop_table("room_removals")
