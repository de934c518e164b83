"""how the links were, counted with each stay in a room, and what both browsers measured while the server was away."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

LINKS = ("link_good", "link_lowered", "link_sound", "link_stalled")


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("presence_intervals") as batch:
        for name in LINKS:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "silent_gaps",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_at > began_at", name=op.f("ck_silent_gaps_length")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_silent_gaps_lesson_id_lessons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silent_gaps")),
        sa.UniqueConstraint("lesson_id", "began_at", name=op.f("uq_silent_gaps_lesson_id_began_at")),
    )
    op.create_table(
        "media_reports",
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_media_reports_seconds")),
        sa.ForeignKeyConstraint(["about_id"], ["users.id"], name=op.f("fk_media_reports_about_id_users")),
        sa.ForeignKeyConstraint(["gap_id"], ["silent_gaps.id"], name=op.f("fk_media_reports_gap_id_silent_gaps")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_media_reports_reporter_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_reports")),
        sa.UniqueConstraint("gap_id", "reporter_id", "about_id", name=op.f("uq_media_reports_gap_id_reporter_id_about_id")),
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("media_reports")
    op.drop_table("silent_gaps")
    with op.batch_alter_table("presence_intervals") as batch:
        for name in LINKS:
            batch.drop_column(name)
