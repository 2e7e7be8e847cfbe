"""Having tables to oneself before they are changed, without keeping those waiting who answer calls meanwhile."""

import time
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

LONGEST: Final = 60.0
"""Seconds to try; meanwhile what callers are promised waits on disk, since a change of the schema lets nobody write."""
A_TRY: Final = "100ms"
"""How long one try may keep readers waiting: much shorter than what PostgreSQL takes to find a deadlock."""
_PAUSE: Final = 0.3
_PATIENCE: Final = sa.text("SELECT set_config('lock_timeout', :longest, true)")


def hold(connection: Connection, *tables: str) -> None:
    """All of these tables at once, or none; tried again until nobody reads for long. SQLite has one lock anyway.

    Table by table, a change would hold one while it waits for the next, and readers the other way round. And whoever
    waits for a long reader, such as a backup, keeps out everybody who comes later. Raises OperationalError.
    """
    if connection.dialect.name != "postgresql":
        return
    deadline = time.monotonic() + LONGEST
    while not _held(connection, tables, last=time.monotonic() > deadline):
        time.sleep(_PAUSE)


def _held(connection: Connection, tables: tuple[str, ...], *, last: bool) -> bool:
    try:
        with connection.begin_nested():
            before = connection.execute(sa.text("SHOW lock_timeout")).scalar_one()
            connection.execute(_PATIENCE, {"longest": A_TRY})
            alone = sa.DDL("LOCK TABLE %(tables)s IN ACCESS EXCLUSIVE MODE", {"tables": ", ".join(tables)})  # type: ignore[no-untyped-call]
            connection.execute(alone)
            connection.execute(_PATIENCE, {"longest": before})
    except OperationalError:
        if last:
            raise
        return False
    return True
