"""Which wording of the privacy notice a request's caller was told, and the words themselves."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table; older code leaves the one empty, and goes on without the other."""
    op.add_column("requests", sa.Column("notice", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "privacy_words",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("since", Utc, nullable=False),
    )
