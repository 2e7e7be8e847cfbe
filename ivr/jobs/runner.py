"""Work after the answer: one thread that claims jobs, does them, and tries again."""

import atexit
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from types import MappingProxyType
from typing import Final

from ivr.line import clock
from ivr.store import Job, Store, StoreUnavailable
from ivr.watching import count

_log: Final = logging.getLogger(__name__)
_random: Final = SystemRandom()
LEASE: Final = 30.0
"""Seconds that a worker may be silent before another does its job; renewed three times as often."""
IDLE: Final = (0.5, 5.0)
"""Seconds between two looks for work: the shortest, soon after some, and the longest."""
OUTAGE: Final = 30.0
"""Most seconds between two looks while the database is away."""
STOP: Final = 12.0
"""Seconds that a job in hand has to end when the worker is to stop; longer than any request to Twilio."""
MOST_ATTEMPTS: Final = 10
"""Over some 40 minutes; then the job is dead, and staff see it."""
PAUSES: Final = (5.0, 900.0)
"""Seconds before a failed job is tried again: the first time, and at most."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a kind of job is tried, and the pauses between: the first in seconds, doubling up to the longest."""

    attempts: int = MOST_ATTEMPTS
    first: float = PAUSES[0]
    longest: float = PAUSES[1]

    def pause(self, attempts: int) -> float:
        """Seconds before the next attempt, never the same for two jobs that failed together."""
        return min(self.first * 2.0 ** (attempts - 1), self.longest) * _random.uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Again:
    """Not yet: try again, after so many seconds or else after a pause that doubles each time."""

    trouble: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """Trying again would not help; staff see why."""

    trouble: str


Result = Done | Again | Dead
Work = Callable[[Job], Result]
"""What one kind of job does. It may run twice, so it must bear that; what it raises counts as `Again`."""


class Runner:
    """Does jobs in one thread. `start` is cheap and may be called at any time, also after a fork."""

    def __init__(
        self,
        store: Store,
        works: Mapping[str, Work],
        now: Callable[[], datetime] = clock,
        lease: float = LEASE,
        patience: Mapping[str, Patience] = MappingProxyType({}),
        planned: Callable[[datetime], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._store = store
        self._works = works
        self._now = now
        self._lease = lease
        self._patience = patience
        self._due_now = planned
        self._planned: Mapping[str, str] = {}
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread = threading.Thread()

    def start(self) -> None:
        """Begin to look for work, unless that was done, there is none to do, or the runner was stopped."""
        if self._thread.is_alive() or self._stopping.is_set() or not self._works:
            return
        with self._starting:
            if not self._thread.is_alive():
                self._thread = threading.Thread(target=self.run, name="jobs", daemon=True)
                self._thread.start()
                atexit.register(self.stop)

    def wake(self) -> None:
        """There may be work now."""
        self._woken.set()

    def stop(self, seconds: float = STOP) -> None:
        """Claim nothing more, and wait for the job in hand. What it leaves unfinished is done again by another."""
        self._stopping.set()
        self._woken.set()
        atexit.unregister(self.stop)
        if self._thread.is_alive():
            self._thread.join(seconds)

    def run(self) -> None:
        """Look for work until stopped."""
        pause = IDLE[0]
        while not self._stopping.is_set():
            self._woken.wait(pause * _random.uniform(0.8, 1.2))
            self._woken.clear()
            pause = self._looked(pause)

    def plan(self) -> None:
        """See to it that the jobs of this hour are there: kinds by key, each once however many workers there are."""
        due = self._due_now(self._now())
        for key, kind in due.items():
            if key not in self._planned and kind in self._works:
                self._store.enqueue(kind, key, {}, self._now())
        self._planned = due

    def once(self) -> bool:
        """Do one job if one is due. Raises StoreUnavailable."""
        now = self._now()
        job = self._store.claim_job(tuple(self._works), now + timedelta(seconds=self._lease), now)
        if job is None:
            return False
        self._settle(job, self._tried(job))
        return True

    def _looked(self, pause: float) -> float:
        """Do what is due; the pause before the next look."""
        try:
            self.plan()
            found = False
            while not self._stopping.is_set() and self.once():
                found = True
        except StoreUnavailable as trouble:
            _log.warning("no work can be looked for: %s", trouble)
            return min(pause * 2, OUTAGE)
        return IDLE[0] if found else min(pause * 2, IDLE[1])

    def _tried(self, job: Job) -> Result:
        if job.attempts > self._patient(job).attempts:
            return Dead("tried too often")
        try:
            with self._renewed(job):
                return self._works[job.kind](job)
        except Exception as error:  # noqa: BLE001 - whatever broke, other jobs go on; its text may hold a number
            _log.error("job %s (%s) broke at %s", job.id, job.kind, _where(error))
            return Again(type(error).__name__)

    @contextmanager
    def _renewed(self, job: Job) -> Iterator[None]:
        """Keep the lease while the job is being done."""
        over = threading.Event()
        keeper = threading.Thread(target=self._renew, args=(job, over), name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def _renew(self, job: Job, over: threading.Event) -> None:
        while not over.wait(self._lease / 3):
            try:
                if not self._store.renew_job(job, self._now() + timedelta(seconds=self._lease)):
                    return
            except StoreUnavailable as trouble:
                _log.warning("the lease of job %s was not renewed: %s", job.id, trouble)

    def _settle(self, job: Job, result: Result) -> None:
        now = self._now()
        match result:
            case Done():
                mine = self._store.job_ended(job, "done", "", now)
            case Again(trouble=trouble, seconds=seconds) if job.attempts < self._patient(job).attempts:
                after = (
                    self._patient(job).pause(job.attempts) if seconds is None else seconds * _random.uniform(1.0, 1.5)
                )
                mine = self._store.job_again(job, now + timedelta(seconds=after), trouble)
            case Again(trouble=trouble) | Dead(trouble=trouble):
                _log.error("job %s (%s) is dead: %s", job.id, job.kind, trouble)
                mine = self._store.job_ended(job, "dead", trouble, now)
        count("jobs", job.kind, type(result).__name__.lower())
        if not mine:
            _log.warning("job %s (%s) was taken over by another worker", job.id, job.kind)

    def _patient(self, job: Job) -> Patience:
        return self._patience.get(job.kind, Patience())


def _where(error: BaseException) -> str:
    """The kind of an error and the line it comes from, without its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} in {place}"
