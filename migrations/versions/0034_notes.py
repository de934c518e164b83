"""everybody's own notes of a session."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "session_notes",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_session_notes_room_id_rooms")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_session_notes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_notes")),
        sa.UniqueConstraint("room_id", "user_id", name=op.f("uq_session_notes_room_id_user_id")),
    )
    with op.batch_alter_table("session_notes") as batch:
        batch.create_index(batch.f("ix_session_notes_user_id"), ["user_id"])


def downgrade() -> None:
    """Down."""
    op.drop_table("session_notes")
