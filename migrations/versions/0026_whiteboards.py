"""whiteboards: every deed on a room's whiteboard, in order."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "whiteboards",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("drawings", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_whiteboards_room_id_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whiteboards")),
        sa.UniqueConstraint("room_id", name=op.f("uq_whiteboards_room_id")),
    )
    op.create_table(
        "board_deeds",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_board_deeds_room_id_rooms")),
        sa.ForeignKeyConstraint(["sender_id"], ["users.id"], name=op.f("fk_board_deeds_sender_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_deeds")),
        sa.UniqueConstraint("room_id", "number", name=op.f("uq_board_deeds_room_id_number")),
        sa.UniqueConstraint("sender_id", "client_id", name=op.f("uq_board_deeds_sender_id_client_id")),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("board_deeds")
    op.drop_table("whiteboards")
