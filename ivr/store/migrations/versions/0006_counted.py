"""Numbers of each day that say nothing of anybody, and where each turn of a call led."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of numbers; notes of listening say where the caller was led."""
    op.create_table(
        "counted",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )
    op.add_column("listened", sa.Column("went", sa.Text, nullable=False, server_default=""))
