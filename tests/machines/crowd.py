"""Many random callers at once, over real sockets; a request whose connection breaks is sent again, as Twilio can."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from ivr.flow.line import Flow
from ivr.rehearsal.faults import Faults
from ivr.rehearsal.reach import Reach
from ivr.rehearsal.transport import Transport
from ivr.rehearsal.twiml import TwilioRefuses
from ivr.store import Store, StoreUnavailable
from tests.machines.audit import Heard, heard
from tests.rehearsal.walker import CALLERS, Walk

TROUBLES = {
    "resend": 0.3,
    "late": 0.05,
    "recording_first": 0.3,
    "recording_late": 0.3,
    "recording_lost": 0.2,
    "status_early": 0.2,
    "status_twice": 0.3,
}

ASKED = 60.0
"""Seconds for which the store is asked; how quickly the line itself answers is measured elsewhere."""


@dataclass
class Tally:
    """What a crowd has met; safe to share."""

    heard: list[Heard] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    requests: int = 0
    broken: int = 0
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, seconds: float) -> None:
        with self.lock:
            self.requests += 1
            self.slowest = max(self.slowest, seconds)


def patient(reach: Reach, tally: Tally) -> Reach:
    """The same way to the line, that tries a second time when the connection breaks."""

    def post(path, form, headers):
        begun = time.monotonic()
        try:
            answer = reach.transport.post(path, form, headers)
        except TwilioRefuses:
            with tally.lock:
                tally.broken += 1
            time.sleep(0.2)
            begun = time.monotonic()
            answer = reach.transport.post(path, form, headers)
        tally.asked(time.monotonic() - begun)
        return answer

    return replace(reach, transport=Transport(post, reach.transport.fetch))


@dataclass(frozen=True)
class Place:
    """What a caller of the walker needs: the way to the line, and the store behind it."""

    reach: Reach
    store: "Store | Asked"


@dataclass(frozen=True)
class Asked:
    """The store as two hundred callers of one process ask it at once: whoever is told that it is busy asks again."""

    store: Store

    def number_of(self, call_sid: str) -> str | None:
        deadline = time.monotonic() + ASKED
        while True:
            try:
                return self.store.number_of(call_sid)
            except StoreUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


@dataclass
class Ringing(Walk):
    """A random call through a line that may break: what was heard counts, and nobody is left without words."""

    may_drop: bool = False

    def _call(self):
        call = super()._call()
        if call.caller in CALLERS[:2]:  # no number rings twice at the same moment
            own = f"+44740{self.seed % 10**7:07}" if call.caller == CALLERS[0] else f"+44160{self.seed % 10**7:07}"
            call = self.line.reach.call(own, call.transfer, call.whisper)
            call.player.wire.faults = self.troubles
        call.player.fallback = "/voice/fallback" if self.may_drop else ""
        self.call = call
        return call

    def go(self):
        try:
            super().go()
        except TwilioRefuses:
            if not self.may_drop:
                raise
            # Neither the step nor the fallback was answered: Twilio's own static words are next.
        return self.call

    def _turned(self, call, before, act):
        """Promises are held against the rows afterwards; a line that is being killed is not asked meanwhile."""
        if not self.may_drop:
            super()._turned(call, before, act)
            return
        act()

    def _check_number_kept(self, call):
        if not self.may_drop:
            super()._check_number_kept(call)


def crowd(
    place: Place, flow: Flow, seeds: Iterator[int], tally: Tally, threads: int = 8, may_drop: bool = False
) -> None:
    """Make calls in so many threads until the seeds are used up."""
    lock, line = threading.Lock(), replace(place, store=Asked(place.store))

    def calling() -> None:
        while True:
            with lock:
                seed = next(seeds, None)
            if seed is None:
                return
            walk = Ringing(line, flow, seed, Faults(Random(seed), **TROUBLES), may_drop=may_drop)
            walk.eager = True if may_drop else walk.eager
            troubles = []
            try:
                walk.go()
            except Exception as error:  # noqa: BLE001 - whatever a caller meets is a finding
                troubles.append(f"seed {seed}: {error!r}, moves {walk.moves}")
            with tally.lock:
                tally.heard.append(heard(walk.call))
                # Where connections break, a person is rung at other moments than a caller of the walker expects.
                tally.wrong += troubles if may_drop else walk.wrong + troubles

    running = [threading.Thread(target=calling) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


class Seeds:
    """New seeds until told to stop."""

    def __init__(self, first: int) -> None:
        self._numbers = count(first)
        self.stopped = threading.Event()

    def __iter__(self):
        return self

    def __next__(self) -> int:
        if self.stopped.is_set():
            raise StopIteration
        return next(self._numbers)


@dataclass
class Crowd:
    """Callers in the background, for as long as a block lasts."""

    place: Place
    flow: Flow
    tally: Tally = field(default_factory=Tally)
    threads: int = 4

    def __enter__(self):
        self.seeds = Seeds(1_000_000)
        self.thread = threading.Thread(
            target=crowd, args=(self.place, self.flow, self.seeds, self.tally, self.threads, True)
        )
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.seeds.stopped.set()
        self.thread.join()
