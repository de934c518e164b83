"""cancellations: how long before the start a booking was canceled, beside what follows from it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.add_column("settlements", sa.Column("notice_seconds", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Down."""
    op.drop_column("settlements", "notice_seconds")
