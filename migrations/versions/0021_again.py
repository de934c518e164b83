"""after a technical failure a booking's money waits for another time."""

import sqlalchemy as sa
from alembic import op

from app.kernel.model import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Up."""
    op.add_column("bookings", sa.Column("meet_again_by", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Down."""
    op.drop_column("bookings", "meet_again_by")
