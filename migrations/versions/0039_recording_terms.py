"""whose browser was named to record, and which pages cannot."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0039"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "recording_terms",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("unable_tab", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_terms_recording_id_recordings")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recording_terms_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_terms")),
    )
    op.create_index(op.f("ix_recording_terms_recording_id"), "recording_terms", ["recording_id"])
    # What runs just now goes on: its browser was named before anybody wrote that down. Copied by the database, as it is stored.
    op.execute(
        "INSERT INTO recording_terms (recording_id, user_id, began_at, ended_at, unable_tab) "
        "SELECT id, recorder_id, wanted_at, NULL, '' FROM recordings WHERE recorder_id IS NOT NULL AND wanted_at IS NOT NULL"
    )


def downgrade() -> None:
    """Down."""
    op.drop_table("recording_terms")
