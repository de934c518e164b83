"""What everybody in a session writes down together."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "shared_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_shared_notes_room_id_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_notes")),
        sa.UniqueConstraint("room_id", name=op.f("uq_shared_notes_room_id")),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("shared_notes")
