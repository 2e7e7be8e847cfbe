"""What callers heard, repeated or left, and where they are: queued, written in batches by one thread a worker.

These notes may be lost when a worker dies, and only these; promises never come this way.
"""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TypeVar

from ivr.store import Listened, Place, Store, Wording
from ivr.watching import count

_log: Final = logging.getLogger(__name__)
LONGEST_QUEUE: Final = 10_000
"""Notes kept while the database is slow; further ones are counted and dropped, so memory stays bounded."""
LARGEST_BATCH: Final = 256
GATHER: Final = 0.25
"""Seconds to gather notes into one transaction. A writer woken by every note would take turns with the callers."""


Note = Listened | Place | Wording
Kind = TypeVar("Kind", Listened, Place, Wording)


class Listening:
    """One bounded queue and one writer. Safe to share between threads; started by the first note, after any fork."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._notes: deque[Note] = deque()
        self._left: dict[str, Place] = {}
        self._told: set[str] = set()
        self._leaving = threading.Lock()
        self._some, self._closing = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None
        self.lost = 0
        """Notes dropped so far: the queue was full, or the database would not take them."""

    def note(self, heard: Note) -> None:
        """Remember one thing a caller did. Never waits, never raises."""
        if len(self._notes) >= LONGEST_QUEUE:
            self.lost += 1
            count("notes_lost")
            return
        if isinstance(heard, Place):
            with self._leaving:
                self._left[heard.mark] = heard
        self._notes.append(heard)
        if self._writer is None:
            self._start()
        if not self._some.is_set():
            self._some.set()

    def told(self, wording: Wording) -> None:
        """Remember the words of a notice: once in this process, unless the database would not take them."""
        if wording.version not in self._told:
            self._told.add(wording.version)
            self.note(wording)

    def left(self, mark: str) -> Place | None:
        """The last place of this mark that is not written yet.

        Whoever asks here before asking the store gets one answer, however long a note waits to be written.
        """
        return self._left.get(mark)

    def close(self) -> None:
        """Write what is queued, then stop."""
        if self._writer is None:
            return
        self._closing.set()
        self._some.set()
        self._writer.join(timeout=5)
        self._writer = None
        atexit.unregister(self.close)

    def _start(self) -> None:
        with self._starting:
            if self._writer is None:
                self._closing.clear()
                atexit.register(self.close)
                writer = threading.Thread(target=self._write, name="listening", daemon=True)
                writer.start()
                self._writer = writer

    def _write(self) -> None:
        """Sleep until there are notes, let some gather, write them all; at the end once more."""
        while not self._closing.is_set():
            self._some.wait()
            self._closing.wait(GATHER)
            self._some.clear()
            self._drain()
        while self._notes:
            self._drain()

    def _drain(self) -> None:
        """Write what is there now. What comes meanwhile gathers first, or a busy line would write without a pause."""
        there = len(self._notes)
        while batch := self._taken(min(LARGEST_BATCH, there)):
            there -= len(batch)
            self._keep(batch)

    def _taken(self, most: int) -> list[Note]:
        """The first notes; fewer where a writer that was given up as too slow takes some too."""
        batch: list[Note] = []
        with suppress(IndexError):
            for _ in range(most):
                batch.append(self._notes.popleft())  # noqa: PERF401 - what was taken is kept when the next is gone
        return batch

    def _keep(self, batch: Sequence[Note]) -> None:
        places, told = _of(Place, batch), _of(Wording, batch)
        try:
            self._store.listened(_of(Listened, batch), places, told)
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the next notes are written
            self.lost += len(batch)
            self._told.difference_update(one.version for one in told)
            count("notes_lost", times=len(batch))
            _log.warning("%d listening notes lost: %s", len(batch), type(trouble).__name__)
        self._written(places)

    def _written(self, places: Sequence[Place]) -> None:
        with self._leaving:
            for place in places:
                if self._left.get(place.mark) is place:
                    del self._left[place.mark]


def _of(kind: type[Kind], batch: Sequence[Note]) -> list[Kind]:
    return [note for note in batch if isinstance(note, kind)]
