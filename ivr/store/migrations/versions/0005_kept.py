"""Recordings that the line keeps itself, and requests that must stay."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what is kept."""
    _sounds()
    _boxes()
    _holds()


def _sounds() -> None:
    op.create_table(
        "sounds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("recording_sid", sa.Text, nullable=False, unique=True),
        sa.Column("call_sid", sa.Text, nullable=False, index=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("box", sa.Text, nullable=False, server_default=""),
        sa.Column("bytes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("seconds", sa.Integer, nullable=False, server_default="0"),
        sa.Column("trouble", sa.Text, nullable=False, server_default=""),
        sa.Column("created", Utc, nullable=False),
        sa.Column("kept", Utc),
        sa.Column("gone", Utc),
    )
    op.create_index("sounds_by_time", "sounds", ["created", "id"])
    here = sa.text("gone IS NULL")
    op.create_index("sounds_at_twilio", "sounds", ["created"], postgresql_where=here, sqlite_where=here)


def _boxes() -> None:
    op.create_table(
        "boxes",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("piece", sa.LargeBinary, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("request_id", sa.Text, sa.ForeignKey("requests.id"), primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
