"""covered topics: what the mentor ticked off in a room, and when; each is a chapter mark of the session."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "covered_topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("covered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_covered_topics_room_id_rooms")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_covered_topics_topic_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covered_topics")),
        sa.UniqueConstraint("room_id", "topic_id", name=op.f("uq_covered_topics_room_id_topic_id")),
    )
    op.create_index(op.f("ix_covered_topics_topic_id"), "covered_topics", ["topic_id"])


def downgrade() -> None:
    """Down."""
    op.drop_index(op.f("ix_covered_topics_topic_id"), "covered_topics")
    op.drop_table("covered_topics")
