"""calendars: what calendar programs were told of a booking, and the private addresses they read from."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import EncryptedText, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.create_table(
        "calendar_entries",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=300), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_calendar_entries_booking_id_bookings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entries")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_calendar_entries_booking_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_entries_uid")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token", EncryptedText(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feeds_user_id")),
    )
    with op.batch_alter_table("mails") as batch:
        batch.add_column(sa.Column("enclosure", sa.String(length=60), nullable=False, server_default=""))
    with op.batch_alter_table("mails") as batch:
        batch.alter_column("enclosure", existing_type=sa.String(length=60), server_default=None)


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("mails") as batch:
        batch.drop_column("enclosure")
    op.drop_table("calendar_feeds")
    op.drop_table("calendar_entries")
