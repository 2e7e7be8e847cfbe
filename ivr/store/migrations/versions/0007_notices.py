"""Notices to staff: who wants which, and what each was told of already."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables; older code goes on without them."""
    account = sa.ForeignKey("accounts.id")
    op.create_table(
        "notice_choices",
        sa.Column("account_id", sa.Text, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("mobile", sa.Text, nullable=False),
        sa.Column("changed", Utc, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("account_id", sa.Text, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.Column("created", Utc, nullable=False),
        sa.Column("sending", Utc),
    )
    op.create_index("notices_by_time", "notices", ["created"])
    op.create_table(
        "noticed",
        sa.Column("request_id", sa.Text, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, account, primary_key=True),
        sa.Column("way", sa.Text, primary_key=True),
    )
