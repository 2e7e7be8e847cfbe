"""Work after the answer: one thread that claims jobs, does them, and tries again; and what each kind of job does."""

import atexit
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Final, Protocol

from ivr.line import clock
from ivr.store import Delivery, Job, Store, StoreUnavailable, TextMessage
from ivr.store.texts import JOB

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
LOOK_AFTER: Final = 60.0
"""Seconds after which a text whose answer was lost would be in Twilio's list."""
SKEW: Final = timedelta(minutes=1)
"""How far Twilio's clock and ours may differ."""
MOST_SENDS: Final = 2
"""How often a text is handed over when it was looked for and not found."""


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


class Sender(Protocol):
    """Whoever takes text messages. Neither method raises."""

    def send(self, number: str, body: str) -> Delivery:
        """Hand one text over."""

    def find(self, number: str, body: str, since: datetime) -> tuple[str, ...] | None:
        """The ids of texts with these words that were taken since then; None when that cannot be known now."""


class Runner:
    """Does jobs in one thread. `start` is cheap and may be called at any time, also after a fork."""

    def __init__(
        self, store: Store, works: Mapping[str, Work], now: Callable[[], datetime] = clock, lease: float = LEASE
    ) -> None:
        self._store = store
        self._works = works
        self._now = now
        self._lease = lease
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
            found = False
            while not self._stopping.is_set() and self.once():
                found = True
        except StoreUnavailable as trouble:
            _log.warning("no work can be looked for: %s", trouble)
            return min(pause * 2, OUTAGE)
        return IDLE[0] if found else min(pause * 2, IDLE[1])

    def _tried(self, job: Job) -> Result:
        if job.attempts > MOST_ATTEMPTS:
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
            case Again(trouble=trouble, seconds=seconds) if job.attempts < MOST_ATTEMPTS:
                after = _pause(job.attempts) if seconds is None else seconds * _random.uniform(1.0, 1.5)
                mine = self._store.job_again(job, now + timedelta(seconds=after), trouble)
            case Again(trouble=trouble) | Dead(trouble=trouble):
                _log.error("job %s (%s) is dead: %s", job.id, job.kind, trouble)
                mine = self._store.job_ended(job, "dead", trouble, now)
        if not mine:
            _log.warning("job %s (%s) was taken over by another worker", job.id, job.kind)


def _pause(attempts: int) -> float:
    """Seconds before the next attempt: doubling, and never the same for two jobs that failed together."""
    return min(PAUSES[0] * 2.0 ** (attempts - 1), PAUSES[1]) * _random.uniform(0.5, 1.0)


def _where(error: BaseException) -> str:
    """The kind of an error and the line it comes from, without its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} in {place}"


def works(store: Store, sender: Sender | None, now: Callable[[], datetime] = clock) -> dict[str, Work]:
    """What each kind of job does; without a sender, texts wait until there is one."""
    return {JOB: _Texts(store, sender, now).work} if sender else {}


@dataclass(frozen=True, slots=True)
class _Texts:
    """Sends texts: at most once, unless Twilio itself says that it never had one."""

    store: Store
    sender: Sender
    now: Callable[[], datetime]

    def work(self, job: Job) -> Result:
        text = self.store.text(job.payload["text"])
        if text is None or text.over:
            return Done()
        return self._send(text) if text.status == "queued" else self._look(text)

    def _send(self, text: TextMessage) -> Result:
        if not self.store.text_sending(text.id, self.now()):
            return Again("another worker has it")
        delivery = self.sender.send(text.number, text.body)
        self.store.text_told(text.id, delivery)
        match delivery.status:
            case "sent" | "closed":
                return Done()
            case "later":
                return Again(delivery.trouble, delivery.seconds)
            case "refused":
                return Dead(delivery.trouble)
            case "unknown":
                return Again(delivery.trouble, LOOK_AFTER)

    def _look(self, text: TextMessage) -> Result:
        """Nobody noted an answer: ask Twilio whether it has the text, and only when it has not, send it again."""
        handed = text.sending or text.created
        early = LOOK_AFTER - (self.now() - handed).total_seconds()
        if early > 0:
            return Again("to be looked for", early)
        found = self.sender.find(text.number, text.body, handed - SKEW)
        if found is None:
            return Again("cannot be looked for now")
        new = [sid for sid in found if sid not in self.store.texts_known(found)]
        if new:
            self.store.text_told(text.id, Delivery("sent", new[-1]))
            return Done()
        if text.tries >= MOST_SENDS:
            self.store.text_told(text.id, Delivery("unknown", trouble="not found"))
            return Dead("not known whether it was sent")
        self.store.text_told(text.id, Delivery("later", trouble="not found"))
        return self._send(text)
