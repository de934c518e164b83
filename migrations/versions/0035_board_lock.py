"""Since when only the mentor draws on a whiteboard."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    with op.batch_alter_table("whiteboards") as batch:
        batch.add_column(sa.Column("locked_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Down."""
    with op.batch_alter_table("whiteboards") as batch:
        batch.drop_column("locked_at")
