"""How much there is to do, in numbers alone: what waits, since when, and what is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, case, func, select

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
    """Open requests by status, `lapsed` for claims that nobody holds; the oldest; those due before today; jobs."""

    waiting: Mapping[str, int]
    oldest: datetime | None
    overdue: int
    first_due: date | None
    jobs: tuple[JobsOf, ...]


def figures(connection: Connection, today: date, now: datetime) -> Figures:
    """All of it, along indexes: closed requests and jobs that were done are not read."""
    found = connection.execute(_OPEN, {"now": now}).all()
    late = connection.execute(_LATE, {"today": today}).one()
    counted = tuple(JobsOf(*row) for row in connection.execute(_JOBS))
    oldest = min((row.oldest for row in found), default=None)
    return Figures({row.lapsed or row.status: row.number for row in found}, oldest, late.number, late.first, counted)
