"""How much there is to do and how the machine is, as Prometheus asks for it; a database that is away leaves gaps."""

import platform
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, get_args

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ivr.health.lately import Lately
from ivr.health.readiness import Keeps, Readiness
from ivr.line import LONDON
from ivr.store import Figures, Spooled, Store, StoreUnavailable

LIMIT: Final = 2.0
"""Seconds that a database may take over these figures; Prometheus waits 10 for all of them."""
LASTS: Final = 5.0
"""Seconds for which they are not asked for again."""
STATUSES: Final = ("incomplete", "new", "claimed", "lapsed", "attempted")
Gauge = GaugeMetricFamily


def built() -> Gauge:
    """The version of the line."""
    return _info("build", "The version of the line.", version=version("plainline"), python=platform.python_version())


class Built(Collector):
    """What is to be told of a process that only works: its version. How much there is to do, the served line tells."""

    def collect(self) -> Iterator[Gauge]:
        """That."""
        yield built()


class Standing(Collector):
    """The figures that are looked up when they are asked for. Numbers only: no request, caller or place has a label."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], folder: Path, flow: Callable[[], str], ready: Readiness
    ) -> None:
        self._store, self._now, self._folder, self._flow, self._ready = store, now, folder, flow, ready
        self._figures: Lately[Figures | None] = Lately(self._asked, None, LIMIT, LASTS)

    def collect(self) -> Iterator[Gauge]:
        """All of them."""
        yield built()
        yield _info("flow", "The words and keys that are served.", version=self._flow())
        yield self._keeps()
        yield from self._disk()
        yield from self._spooled()
        found = self._figures()
        yield _one("database_up", "Whether the database told the figures below in time.", float(found is not None))
        if found is not None:
            yield from _queue(found, self._now())
            yield from _work(found, self._now())
            yield _deeds(found)

    def _asked(self) -> Figures | None:
        now = self._now()
        try:
            return self._store.figures(now.astimezone(LONDON).date(), now)
        except StoreUnavailable:
            return None

    def _keeps(self) -> Gauge:
        gauge = Gauge("plainline_keeps", "Where a promise made now is kept: 1 at one of them.", labels=("where",))
        keeps = self._ready()
        for where in get_args(Keeps):
            gauge.add_metric((where,), float(where == keeps))
        return gauge

    def _disk(self) -> Iterator[Gauge]:
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError:
            return
        yield _one("disk_bytes", "Size of the disk with the line's data.", usage.total)
        yield _one("disk_free_bytes", "Room on the disk with the line's data.", usage.free)

    def _spooled(self) -> Iterator[Gauge]:
        try:
            found: Spooled = self._store.spooled()
        except StoreUnavailable:
            return
        yield _one(
            "promises_on_disk", "Promises on this host's disk that the database has not taken yet.", found.promises
        )
        yield _one(
            "promises_aside", "Promises put aside because the database refuses them; see the runbook.", found.aside
        )


def _queue(found: Figures, now: datetime) -> Iterator[Gauge]:
    waiting = Gauge(
        "plainline_requests", "Open callback requests by status; lapsed: nobody holds it.", labels=("status",)
    )
    for status in dict.fromkeys((*STATUSES, *found.waiting)):
        waiting.add_metric((status,), found.waiting.get(status, 0))
    yield waiting
    yield _one("oldest_request_seconds", "Age of the oldest open request; 0 without one.", _age(found.oldest, now))
    yield _one("requests_overdue", "Open requests that were promised for a day before today.", found.overdue)
    late = (now.astimezone(LONDON).date() - found.first_due).days if found.first_due else 0
    yield _one("longest_overdue_days", "Days since the earliest such promise; 0 without one.", late)


def _work(found: Figures, now: datetime) -> Iterator[Gauge]:
    jobs = Gauge("plainline_jobs_now", "Background work by kind and status.", labels=("kind", "status"))
    again = Gauge("plainline_jobs_tried_before", "Background work that waits to be tried again.", labels=("kind",))
    for one in found.jobs:
        jobs.add_metric((one.kind, one.status), one.number)
        if one.status == "waiting":
            again.add_metric((one.kind,), one.tried)
    yield jobs
    yield again
    dead = sum(one.number for one in found.jobs if one.status == "dead")
    yield _one("jobs_dead", "Background work that was given up.", dead)
    due = min((one.due for one in found.jobs if one.due and one.status != "dead"), default=None)
    yield _one("job_late_seconds", "How long the most belated work has been due; 0 where none is.", _age(due, now))


def _deeds(found: Figures) -> Gauge:
    about = "What staff did, or somebody tried, in the last hour; no more than 100 of a kind are counted."
    gauge = Gauge("plainline_deeds_last_hour", about, labels=("what",))
    for what, times in found.deeds.items():
        gauge.add_metric((what,), times)
    return gauge


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0


def _one(name: str, about: str, value: float) -> Gauge:
    return Gauge(f"plainline_{name}", about, value=value)


def _info(name: str, about: str, **labels: str) -> Gauge:
    gauge = Gauge(f"plainline_{name}_info", about, labels=tuple(labels))
    gauge.add_metric(tuple(labels.values()), 1)
    return gauge
