"""The table of numbers that stay when everything about a call has gone: so many of what, on which day in London."""

from typing import Final

from sqlalchemy import Column, Date, Integer, Table, Text

from ivr.store.tables import metadata

counted: Final = Table(
    "counted",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),  # of a node, a topic, an outcome: never of anybody
    Column("n", Integer, nullable=False),
)
