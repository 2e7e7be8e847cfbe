"""The night's work: what has been kept for as long as it may be goes, once a night whatever the number of workers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from ivr.jobs.runner import Done, Result
from ivr.line import LONDON
from ivr.sounds import Sounds
from ivr.store import Counting, Erasing, Job

_log: Final = logging.getLogger(__name__)
PURGE: Final = "purge"
"""The kind of job, one for each day."""
HOUR: Final = time(3, 30)
"""By London's clocks, when they are not being changed and hardly anybody rings."""


def day_of(now: datetime) -> date:
    """The day whose night's work is due: today from half past three on, else yesterday."""
    local = now.astimezone(LONDON)
    return local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Purge:
    """Deletes what is older than it may be, once its numbers are counted. `days`: of requests, and of listening."""

    counting: Counting
    erasing: Erasing
    sounds: Sounds
    days: tuple[int, int]
    now: Callable[[], datetime]

    def work(self, job: Job) -> Result:  # noqa: ARG002 - the same for every night
        """Stopped anywhere, it is done again; done twice, there is nothing left to do."""
        now = self.now()
        self.counting.count_up(now)
        requests, listening = (now - timedelta(days=days) for days in self.days)
        erased = self.erasing.purge(requests, listening, now)
        self.sounds.remove(erased.sounds)
        self.sounds.tidy(now)
        self.erasing.checkpoint()
        _log.info("deleted because kept long enough: %s", erased.counts or "nothing")
        return Done()
