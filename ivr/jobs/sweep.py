"""Asking Twilio what its callbacks failed to tell us: how calls ended, and recordings that nobody told of."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from ivr.jobs.runner import Again, Dead, Done, Result
from ivr.store import Job, Store
from ivr.store.fetched import CallSeen, NotFetched, RecordingSeen

_log: Final = logging.getLogger(__name__)
SWEEP: Final = "sweep"
"""The kind of job, one for each half hour."""
EVERY: Final = timedelta(minutes=30)
BACK: Final = timedelta(hours=48)
"""How far each sweep looks back."""


class Register(Protocol):
    """Whoever knows every call and recording. Neither method raises."""

    def calls(self, since: datetime) -> Sequence[CallSeen] | NotFetched:
        """Calls to the line since then."""

    def recordings(self, since: datetime) -> Sequence[RecordingSeen] | NotFetched:
        """Recordings since then."""


def key_of(now: datetime) -> str:
    """One key for each half hour."""
    moment = now.astimezone(UTC)
    return f"{SWEEP}-{moment:%Y-%m-%dT%H}{'00' if moment.minute < EVERY.seconds // 60 else '30'}"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Repairs what is known; what was deleted, or is about to be, stays deleted."""

    store: Store
    register: Register
    now: Callable[[], datetime]

    def work(self, job: Job) -> Result:  # noqa: ARG002 - the same every time
        """One look at Twilio; done twice, the second finds nothing."""
        now = self.now()
        calls = self.register.calls(now - BACK)
        if isinstance(calls, NotFetched):
            return _not_told(calls)
        recordings = self.register.recordings(now - BACK)
        if isinstance(recordings, NotFetched):
            return _not_told(recordings)
        ended, heard = self.store.calls_ended(calls, now), self.store.recordings_found(recordings, now)
        if ended or heard:
            _log.warning("found by asking Twilio: %d calls that ended, %d recordings", ended, heard)
        return Done()


def _not_told(trouble: NotFetched) -> Result:
    return Dead(trouble.trouble) if trouble.why == "refused" else Again(trouble.trouble)
