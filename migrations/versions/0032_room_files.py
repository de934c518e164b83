"""files kept with a session, each on the chat line that tells of it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "room_files",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["room_messages.id"], name=op.f("fk_room_files_message_id_room_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_files")),
        sa.UniqueConstraint("key", name=op.f("uq_room_files_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_room_files_message_id")),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("room_files")
