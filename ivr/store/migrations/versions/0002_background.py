"""Work for later, text messages, and where callers left off."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of background work."""
    _jobs()
    _texts()
    _places()


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease", sa.Text, nullable=False, server_default=""),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.Column("due", Utc),
        sa.Column("created", Utc, nullable=False),
        sa.Column("ended", Utc),
    )
    op.create_index("jobs_by_due", "jobs", ["due", "id"])
    op.create_index("jobs_by_status", "jobs", ["status", "created"])


def _texts() -> None:
    op.create_table(
        "texts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("call_sid", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sid", sa.Text, nullable=False, server_default=""),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.Column("created", Utc, nullable=False),
        sa.Column("sending", Utc),
        sa.UniqueConstraint("call_sid", "prompt", name="texts_once"),
    )
    op.create_index("texts_by_mark", "texts", ["mark", "created"])
    op.create_index("texts_by_time", "texts", ["created"])
    op.create_index("texts_by_sid", "texts", ["sid"])


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("mark", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_index("places_by_time", "places", ["at"])
