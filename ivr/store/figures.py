"""How much there is to do, in numbers alone: what waits, since when, and what is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, case, func, select

from ivr.store.staff_tables import audit
from ivr.store.tables import Utc, jobs, requests

LAPSED: Final = "lapsed"
"""A claim that nobody holds any more; staff see such a request as free."""
_NOW: Final = bindparam("now", type_=Utc)
_STATE: Final = case(((requests.c.status == "claimed") & (requests.c.claimed_until <= _NOW), LAPSED)).label("lapsed")
_OPEN: Final = (
    select(requests.c.status, _STATE, func.count().label("number"), func.min(requests.c.created).label("oldest"))
    .where(requests.c.waits == 1)
    .group_by(requests.c.status, _STATE)
)
_LATE: Final = select(func.count().label("number"), func.min(requests.c.due).label("first")).where(
    requests.c.waits == 1, requests.c.due < bindparam("today")
)
_JOBS: Final = (
    select(
        jobs.c.kind,
        jobs.c.status,
        func.count().label("number"),
        func.sum(case((jobs.c.attempts > 0, 1), else_=0)).label("tried"),
        func.min(jobs.c.due).label("due"),
    )
    .where(jobs.c.status.in_(("waiting", "running", "dead")))
    .group_by(jobs.c.kind, jobs.c.status)
)
WATCHED: Final = (
    *("number-looked-up", "number-exported", "number-erased", "recording-heard"),
    *("queue-exported", "report-exported"),
    *("sign-in-refused", "second-step-refused"),
)
"""What staff do, or somebody tries, that an operator should hear of when it is done very often."""
MOST_DEEDS: Final = 100
"""Of each kind no more are counted: more is not needed, and the log of years is not read."""
_HOUR: Final = timedelta(hours=1)
_LATEST: Final = (
    select(audit.c.at).where(audit.c.what == bindparam("what")).order_by(audit.c.number.desc()).limit(MOST_DEEDS)
)


@dataclass(frozen=True, slots=True)
class JobsOf:
    """Jobs of one kind and status: how many, how many were tried before, and when the first was due."""

    kind: str
    status: str
    number: int
    tried: int
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Open requests by status, `lapsed` for claims that nobody holds; the oldest; those due before today; jobs.

    `deeds`: how often each of WATCHED was done in the last hour, 100 at most.
    """

    waiting: Mapping[str, int]
    oldest: datetime | None
    overdue: int
    first_due: date | None
    jobs: tuple[JobsOf, ...]
    deeds: Mapping[str, int]


def figures(connection: Connection, today: date, now: datetime) -> Figures:
    """All of it, along indexes: closed requests and jobs that were done are not read."""
    found = connection.execute(_OPEN, {"now": now}).all()
    late = connection.execute(_LATE, {"today": today}).one()
    counted = tuple(JobsOf(*row) for row in connection.execute(_JOBS))
    oldest = min((row.oldest for row in found), default=None)
    waiting = {row.lapsed or row.status: row.number for row in found}
    return Figures(waiting, oldest, late.number, late.first, counted, _deeds(connection, now - _HOUR))


def _deeds(connection: Connection, since: datetime) -> dict[str, int]:
    times = {what: connection.execute(_LATEST, {"what": what}).scalars() for what in WATCHED}
    return {what: sum(at >= since for at in found) for what, found in times.items()}
