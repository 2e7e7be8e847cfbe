"""The tables of notices to staff: who wants which, what each was told of, and what became of it."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from ivr.store.tables import Utc, metadata

choices: Final = Table(
    "notice_choices",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("email", Text, nullable=False),  # kinds, with commas
    Column("text", Text, nullable=False),
    Column("mobile", Text, nullable=False),  # sealed; empty where there is none
    Column("changed", Utc, nullable=False),
)

notices: Final = Table(
    "notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # one for each person, way and span of time
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("way", Text, nullable=False),  # email or text
    Column("counts", Text, nullable=False),  # JSON: numbers only
    Column("status", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("created", Utc, nullable=False),
    Column("sending", Utc),  # when it was last handed over
    Index("notices_by_time", "created"),
)

noticed: Final = Table(
    "noticed",
    metadata,
    Column("request_id", Text, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("way", Text, primary_key=True),
)
