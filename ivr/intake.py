"""Brings promises that were kept on disk into the database, as soon as it is there again: one thread a process."""

import atexit
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from ivr.store import Store, StoreUnavailable

_log: Final = logging.getLogger(__name__)
PAUSE: Final = 1.0
"""Seconds between two looks at the folder."""


class Intake:
    """Looks for promises on disk. `start` is cheap and may be called at any time, also after a fork."""

    def __init__(self, store: Store, now: Callable[[], datetime], pause: float = PAUSE) -> None:
        self._store = store
        self._now = now
        self._pause = pause
        self._closing = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, unless somebody looks."""
        if self._looks() or self._closing.is_set():
            return
        with self._starting:
            if not self._looks():
                atexit.register(self.close)
                thread = threading.Thread(target=self._run, name="intake", daemon=True)
                thread.start()
                self._thread = thread

    def _looks(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Stop looking. What is on disk stays there for the next process."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            atexit.unregister(self.close)

    def once(self) -> int:
        """Bring in what is there. How many; none while the database is away."""
        try:
            taken = self._store.take_in(self._now())
        except StoreUnavailable as trouble:
            _log.warning("promises on disk wait for the database: %s", trouble)
            return 0
        if taken:
            _log.warning("%d promises that were kept on disk are in the database now", taken)
        return taken

    def again(self) -> None:
        """Have what was put aside tried again."""
        try:
            self._store.bring_back()
        except StoreUnavailable as trouble:
            _log.warning("promises that were put aside stay there: %s", trouble)

    def _run(self) -> None:
        self._whatever_happens(self.again)
        while not self._closing.wait(self._pause):
            self._whatever_happens(self.once)

    @staticmethod
    def _whatever_happens(work: Callable[[], object]) -> None:
        """What nobody thought of is told, and the next look comes all the same: promises wait for it."""
        try:
            work()
        except Exception:  # noqa: BLE001 - the log has it, with where it was
            _log.exception("promises on disk could not be taken in this time")
