"""An answer that may be a few seconds old, and is never waited for too long, however many ask."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_log: Final = logging.getLogger(__name__)


class Lately(Generic[T]):
    """What `look` found in the last `lasts` seconds. One thread looks at a time; whoever asks waits `limit` seconds.

    `missing` is the answer where there is none in time, or `look` broke. Safe to share between threads.
    """

    def __init__(self, look: Callable[[], T], missing: T, limit: float, lasts: float) -> None:
        self._look, self._missing = look, missing
        self._limit, self._lasts = limit, lasts
        self._lock = threading.Lock()
        self._looking: threading.Event | None = None
        self._found, self._until = missing, 0.0

    def __call__(self) -> T:
        """The answer."""
        with self._lock:
            if time.monotonic() < self._until:
                return self._found
            done = self._looking
            if done is None:
                done = threading.Event()
                threading.Thread(target=self._run, args=(done,), name="looks", daemon=True).start()
                self._looking = done
        return self._found if done.wait(self._limit) else self._missing

    def _run(self, done: threading.Event) -> None:
        try:
            found = self._look()
        except Exception:  # noqa: BLE001 - whoever asks gets an answer, and the log the reason
            _log.exception("it cannot be said how the line is")
            found = self._missing
        with self._lock:
            self._found, self._until, self._looking = found, time.monotonic() + self._lasts, None
        done.set()
