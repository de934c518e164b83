"""the latest checks of a person, in whatever room."""

from alembic import op

revision = "0038"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("device_checks") as batch:
        batch.create_index(batch.f("ix_device_checks_user_id"), ["user_id"])


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("device_checks") as batch:
        batch.drop_index(batch.f("ix_device_checks_user_id"))
