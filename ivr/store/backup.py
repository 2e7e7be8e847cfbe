"""A copy of the SQLite database while calls are answered, and putting one back. PostgreSQL has programs of its own."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ivr.store.engine import parsed
from ivr.store.sqlite import path_of
from ivr.store.trouble import named_unavailable

ALL: Final = -1
"""SQLite's word for all pages at once."""


def database_file(url: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    address = parsed(url)
    return path_of(address) if address.drivername == "sqlite" else None


def copy(source: Path, target: Path) -> None:
    """Everything that was promised before this began, whole, in one file that only this account can read.

    Raises StoreUnavailable.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        named_unavailable(),
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        # All at once, which keeps no writer waiting. In pieces it begins anew with each write of somebody else between
        # them, and on a busy line has no end.
        here.backup(there, pages=ALL)
        there.execute("PRAGMA journal_mode=DELETE").close()


def is_whole(path: Path) -> bool:
    """Whether a copy is a database, and sound."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
            return bool(opened.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
