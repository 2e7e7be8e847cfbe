"""Calls, callback requests, promises, messages, recordings, and what was listened to."""

import sqlalchemy as sa
from alembic import op

from ivr.store.tables import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _requests()
    _calls()
    _promises()
    _recordings()
    _listened()


def _requests() -> None:
    texts = ("phone", "status", "council", "topic", "best_time", "safe_message", "needs", "language", "pace")
    op.create_table(
        "requests",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False, unique=True),
        sa.Column("call_sid", sa.Text, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("created", Utc, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("confirmed", Utc),
        sa.Column("finished", Utc),
    )
    op.create_index("requests_by_phone", "requests", ["phone", "created"])
    op.create_index("requests_by_status", "requests", ["status", "due", "created", "id"])
    op.create_index("requests_by_due", "requests", ["due", "created", "id"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, sa.ForeignKey("requests.id"), index=True),
        sa.Column("drafted", sa.Text),
        sa.Column("turn", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("node", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.Text, nullable=False, server_default=""),
        sa.Column("stage", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("seconds", sa.Integer, nullable=False, server_default="-1"),
        sa.Column("created", Utc, nullable=False),
        sa.Column("ended", Utc),
    )


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("call_sid", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("mark", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False, server_default=""),
        sa.Column("merged", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("at", Utc, nullable=False),
    )


def _recordings() -> None:
    op.create_table(
        "messages",
        sa.Column("call_sid", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("recording_sid", sa.Text, primary_key=True),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )
    op.create_table(
        "recordings",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("call_sid", sa.Text, nullable=False, index=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("error", sa.Integer, nullable=False),
        sa.Column("at", Utc, nullable=False),
    )


def _listened() -> None:
    op.create_table(
        "listened",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("call_sid", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("at", Utc, nullable=False, index=True),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("pace", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
    )
