"""What happened, noted by the thread in which it happened and counted by another: a note costs about a microsecond.

Notes wait for a second at most. They are lost when a process is killed; nothing else hangs on them.
"""

import atexit
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Final, NamedTuple

_log: Final = logging.getLogger(__name__)
PAUSE: Final = 1.0
"""Seconds between two times that the notes are counted."""
LONGEST: Final = 20_000
"""Notes that wait at most; the oldest give way."""


class Answered(NamedTuple):
    """One answer to Twilio. `began` is of `perf_counter`; node, event and leads are empty where no turn was decided."""

    began: float
    seconds: float
    call: str
    route: str
    node: str
    event: str
    leads: str
    outcome: str


class Counted(NamedTuple):
    """Something rarer: how often, and the values of its labels."""

    what: str
    labels: tuple[str, ...]
    times: int


Note = Answered | Counted
Taker = Callable[[Sequence[Note]], None]


class _Here(threading.local):
    """What this thread answers just now."""

    call = ""
    node = event = leads = ""
    outcome = "answered"


class Silent:
    """Notes of nothing, for a line that is only practised on, or where nothing is watched."""

    @property
    def call(self) -> str:
        """The id of the call that this thread answers; empty where it answers none."""
        return ""

    def begin(self, call: str) -> None:
        """This thread answers a request of this call."""

    def seen(self, node: str, event: str, leads: str) -> None:
        """A turn was decided: where the caller was, what reached the line, where it leads."""

    def fell_back(self, why: str) -> None:
        """The caller hears the words that are always ready."""

    def answered(self, route: str, began: float) -> None:
        """The request is answered; `began` is of `perf_counter`."""

    def count(self, what: str, *labels: str, times: int = 1) -> None:
        """Something that has a counter of its own happened."""


class Notes(Silent):
    """The notes of one process. Safe to share between threads; counted by one thread, which the first note starts."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._here = _Here()
        self._takers: tuple[Taker, ...] = ()
        self._anew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._anew)

    def _anew(self) -> None:
        """In a new process nothing is noted yet, and no thread counts."""
        self._notes: deque[Note] = deque(maxlen=LONGEST)
        self._starting, self._counting = threading.Lock(), threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def call(self) -> str:
        """The id of the call that this thread answers; empty where it answers none."""
        return self._here.call

    def take(self, *takers: Taker) -> None:
        """Give all notes to these from now on. A note before that costs next to nothing and goes nowhere."""
        self._takers = takers

    def begin(self, call: str) -> None:
        """This thread answers a request of this call."""
        here = self._here
        here.call, here.node, here.event, here.leads, here.outcome = call, "", "", "", "answered"

    def seen(self, node: str, event: str, leads: str) -> None:
        """A turn was decided: where the caller was, what reached the line, where it leads."""
        here = self._here
        here.node, here.event, here.leads = node, event, leads

    def fell_back(self, why: str) -> None:
        """The caller hears the words that are always ready."""
        self._here.outcome = why

    def answered(self, route: str, began: float) -> None:
        """The request is answered; `began` is of `perf_counter`."""
        here = self._here
        if self._takers:
            seconds = perf_counter() - began
            self._note(Answered(began, seconds, here.call, route, here.node, here.event, here.leads, here.outcome))
        here.call = ""

    def count(self, what: str, *labels: str, times: int = 1) -> None:
        """Something that has a counter of its own happened."""
        if self._takers:
            self._note(Counted(what, labels, times))

    def now(self) -> None:
        """Count what waits."""
        with self._counting:
            notes = [self._notes.popleft() for _ in range(len(self._notes))]
            for taker in self._takers if notes else ():
                self._give(taker, notes)

    def close(self) -> None:
        """Count what waits, and no more."""
        self._closing.set()
        self.now()

    def _give(self, taker: Taker, notes: Sequence[Note]) -> None:
        """Nobody who takes notes may keep others from them."""
        try:
            taker(notes)
        except Exception:  # noqa: BLE001 - notes may be lost; the thread that counts them may not
            _log.exception("%d notes were not counted", len(notes))

    def _note(self, note: Note) -> None:
        self._notes.append(note)
        if self._thread is None:
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="notes", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def _run(self) -> None:
        while not self._closing.wait(self._pause):
            self.now()


SILENT: Final = Silent()
NOTES: Final = Notes()
"""Those of this process."""
count: Final = NOTES.count
