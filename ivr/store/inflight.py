"""What is being done right now, and since when: while one waits too long, nobody else begins to wait too."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from ivr.store.trouble import StoreUnavailable

SLOW: Final = 1.0
"""Seconds after which something takes too long for others to try the same."""


class InFlight:
    """Everything of one kind that is under way in this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: dict[object, float] = {}

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be under way. Raises StoreUnavailable at once when something that began earlier is kept waiting."""
        mark, now = object(), time.monotonic()
        with self._lock:
            if now - min(self._since.values(), default=now) > SLOW:
                raise StoreUnavailable("others have been kept waiting for too long")
            self._since[mark] = now
        try:
            yield
        finally:
            with self._lock:
                del self._since[mark]
