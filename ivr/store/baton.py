"""Fair turns between the processes that write to one SQLite file.

SQLite lets whoever asks at the right moment write next, so a busy process can keep another out for seconds. Here a
process takes the baton before it asks for the write lock and hands it on once it has the lock: nobody overtakes it
while it waits.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

if sys.platform != "win32":  # there one process serves the line, and needs no turns
    import fcntl

PAUSE: Final = 0.0003
"""Seconds between two tries: short beside a flush to disk, long beside a try."""
_BUSY: Final = sqlite3.SQLITE_BUSY


class Baton:
    """A lock on the database's folder: it needs no file of its own, and never touches the locks on the database."""

    def __init__(self, folder: Path, wait: float) -> None:
        self._folder: Final = folder
        self._wait: Final = wait
        self._held: int | None = None

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a transaction with the right to write. Raises sqlite3.Error or OSError when that takes too long."""
        deadline = time.monotonic() + self._wait
        baton = self._descriptor()
        _until(deadline, lambda: _taken(baton))
        try:
            _until(deadline, lambda: _begun(connection))
        finally:
            if sys.platform != "win32":
                fcntl.flock(baton, fcntl.LOCK_UN)

    def _descriptor(self) -> int:
        if self._held is None:
            self._held = -1 if sys.platform == "win32" else os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        return self._held

    def close(self) -> None:
        """Let the folder go."""
        if self._held is not None and self._held >= 0:
            os.close(self._held)
        self._held = None


def _until(deadline: float, tried: Callable[[], Exception | None]) -> None:
    while (trouble := tried()) is not None:
        if time.monotonic() > deadline:
            raise trouble
        time.sleep(PAUSE)


def _taken(baton: int) -> Exception | None:
    if sys.platform != "win32":
        try:
            fcntl.flock(baton, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            return busy
    return None


def _begun(connection: sqlite3.Connection) -> Exception | None:
    try:
        connection.execute("BEGIN IMMEDIATE").close()
    except sqlite3.OperationalError as trouble:
        if trouble.sqlite_errorcode & 0xFF != _BUSY:
            raise
        return trouble
    return None
