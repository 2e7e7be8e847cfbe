"""The tables of recordings that the line keeps itself, and of requests that must stay."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from ivr.store.tables import Utc, metadata

sounds: Final = Table(
    "sounds",
    metadata,
    Column("id", Text, primary_key=True),  # random, so it may be in a page's address
    Column("recording_sid", Text, nullable=False, unique=True),
    Column("call_sid", Text, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("box", Text, nullable=False, server_default=""),  # random name of the sealed sound; empty: not here
    Column("bytes", Integer, nullable=False, server_default="0"),
    Column("seconds", Integer, nullable=False, server_default="0"),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("created", Utc, nullable=False),
    Column("kept", Utc),  # since when it is here
    Column("gone", Utc),  # since when Twilio has no copy of it
    Index("sounds_by_time", "created", "id"),
    # In the database of rows that are not gone only: to say so here would load both dialects with every start.
    Index("sounds_at_twilio", "created"),
)

boxes: Final = Table(
    "boxes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("piece", LargeBinary, nullable=False),  # sealed
    Column("at", Utc, nullable=False),
)

holds: Final = Table(
    "holds",
    metadata,
    Column("request_id", Text, ForeignKey("requests.id"), primary_key=True),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
)
