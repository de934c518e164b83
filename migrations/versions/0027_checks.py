"""the video check before a session, one for each person of a room."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "device_checks",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_device_checks_room_id_rooms")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_device_checks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_checks")),
        sa.UniqueConstraint("room_id", "user_id", name=op.f("uq_device_checks_room_id_user_id")),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("device_checks")
