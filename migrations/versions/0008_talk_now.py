"""talk now: mentors who can be rung, and sessions that want an answer in seconds."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "talk_offers",
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_talk_offers_price")),
        sa.CheckConstraint("minutes BETWEEN 15 AND 60", name=op.f("ck_talk_offers_minutes")),
        sa.ForeignKeyConstraint(["mentor_id"], ["users.id"], name=op.f("fk_talk_offers_mentor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_offers")),
        sa.UniqueConstraint("mentor_id", name=op.f("uq_talk_offers_mentor_id")),
    )
    with op.batch_alter_table("talk_offers") as batch:
        batch.create_index(batch.f("ix_talk_offers_seen_at"), ["seen_at"])
    op.add_column("users", sa.Column("talks_until", UtcDateTime(), nullable=True))
    op.add_column("lessons", sa.Column("answer_seconds", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Down."""
    op.drop_column("lessons", "answer_seconds")
    op.drop_column("users", "talks_until")
    op.drop_table("talk_offers")
