"""recordings that begin by a setting, are deleted early, or are never made of somebody under 18."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up. What had expired is gone, by nobody's wish, and its bytes are too."""
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("records_at_once", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("is_minor", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("recordings") as batch:
        batch.add_column(sa.Column("gone_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("deleted_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("erased_at", UtcDateTime(), nullable=True))
        batch.create_foreign_key(batch.f("fk_recordings_deleted_by_users"), "users", ["deleted_by"], ["id"])
    expired = "gone_at = expires_at, erased_at = expires_at, joined = 'ready'"
    op.execute(sa.text(f"UPDATE recordings SET {expired} WHERE joined = 'expired'"))  # noqa: S608 (our own words)


def downgrade() -> None:
    """Down."""
    op.execute(sa.text("UPDATE recordings SET joined = 'expired' WHERE gone_at IS NOT NULL"))
    with op.batch_alter_table("recordings") as batch:
        batch.drop_constraint(batch.f("fk_recordings_deleted_by_users"), type_="foreignkey")
        for column in ("erased_at", "deleted_by", "gone_at"):
            batch.drop_column(column)
    with op.batch_alter_table("users") as batch:
        for column in ("is_minor", "records_at_once"):
            batch.drop_column(column)
