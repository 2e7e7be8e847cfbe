"""What callers heard, repeated or left: queued in memory, written in batches by one thread a worker.

These notes may be lost when a worker dies, and only these; promises never come this way.
"""

import logging
import queue
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from ivr.store import Listened, Store, StoreUnavailable

_log: Final = logging.getLogger(__name__)
LONGEST_QUEUE: Final = 10_000
"""Notes kept while the database is slow; further ones are counted and dropped, so memory stays bounded."""
LARGEST_BATCH: Final = 256
GATHER: Final = 0.25
"""Seconds to gather notes into one transaction."""


class Listening:
    """One bounded queue and one writer. Safe to share between threads; started by the first note, after any fork."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._notes: queue.Queue[Listened | None] = queue.Queue(LONGEST_QUEUE)
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None
        self.lost = 0
        """Notes dropped so far: the queue was full, or the database would not take them."""

    def note(self, heard: Listened) -> None:
        """Remember one thing a caller did. Never waits, never raises."""
        if self._writer is None:
            self._start()
        try:
            self._notes.put_nowait(heard)
        except queue.Full:
            self.lost += 1

    def close(self) -> None:
        """Write what is queued, then stop."""
        if self._writer is None:
            return
        with suppress(queue.Full):
            self._notes.put(None, timeout=1)
        self._writer.join(timeout=5)
        self._writer = None

    def _start(self) -> None:
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="listening", daemon=True)
                self._writer.start()

    def _write(self) -> None:
        open_ = True
        while open_:
            batch, open_ = self._gather()
            self._keep(batch)

    def _gather(self) -> tuple[list[Listened], bool]:
        """Wait for a note, then take what comes within a moment; False when the queue is closed."""
        batch: list[Listened] = []
        first: Listened | None = self._notes.get()
        while first is not None:
            batch.append(first)
            if len(batch) >= LARGEST_BATCH:
                return batch, True
            try:
                first = self._notes.get(timeout=GATHER)
            except queue.Empty:
                return batch, True
        return batch, False

    def _keep(self, batch: Sequence[Listened]) -> None:
        try:
            if batch:
                self._store.listened(batch)
        except StoreUnavailable as trouble:
            self.lost += len(batch)
            _log.warning("%d listening notes lost: %s", len(batch), type(trouble).__name__)
