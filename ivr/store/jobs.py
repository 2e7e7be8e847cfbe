"""Work to be done after the answer: claimed by one worker at a time, done again when that worker dies."""

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, text, update

from ivr.store.tables import Utc, jobs

JobStatus = Literal["waiting", "running", "done", "dead"]
"""`dead`: nobody tries any more; staff see it and may have it tried again."""

_ENQUEUE: Final = text(
    "INSERT INTO jobs (id, kind, key, payload, status, due, created)"
    " VALUES (:id, :kind, :key, :payload, 'waiting', :now, :now) ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("now", type_=Utc))
_KEYS: Final[BindParameter[str]] = bindparam("keys", expanding=True)
_KNOWN: Final = select(jobs.c.key).where(jobs.c.key.in_(_KEYS))
_KINDS: Final[BindParameter[str]] = bindparam("kinds", expanding=True)
_DUE: Final = (
    select(jobs)
    .where(jobs.c.due <= bindparam("now", type_=Utc), jobs.c.kind.in_(_KINDS))
    .order_by(jobs.c.due, jobs.c.id)
    .limit(1)
)
# SQLite has no row locks and needs none: there one transaction writes at a time.
_NEXT: Final = _DUE.with_for_update(skip_locked=True)
_CLAIM: Final = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(status="running", attempts=jobs.c.attempts + 1, lease=bindparam("word"), due=bindparam("until", type_=Utc))
)
_MINE = (jobs.c.id == bindparam("job"), jobs.c.lease == bindparam("word"), jobs.c.status == "running")
_RENEW: Final = update(jobs).where(*_MINE).values(due=bindparam("until", type_=Utc))
_SETTLE: Final = (
    update(jobs)
    .where(*_MINE)
    .values(
        status=bindparam("came_to"),
        lease="",
        trouble=bindparam("why"),
        due=bindparam("next", type_=Utc),
        ended=bindparam("over", type_=Utc),
    )
)
_REVIVE: Final = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.status == "dead")
    .values(status="waiting", attempts=0, due=bindparam("now", type_=Utc), ended=None)
)
_OF_STATUS: Final = (
    select(jobs)
    .where(jobs.c.status == bindparam("wanted"))
    .order_by(jobs.c.created.desc(), jobs.c.id)
    .limit(bindparam("limit"))
)
_COUNTS: Final = select(jobs.c.status, func.count().label("number")).group_by(jobs.c.status)
_FORGET: Final = delete(jobs).where(jobs.c.ended < bindparam("before", type_=Utc))


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. `attempts` counts this one; `lease` is the word by which this worker may still change it."""

    id: str
    kind: str
    payload: Mapping[str, str]
    attempts: int
    lease: str


@dataclass(frozen=True, slots=True)
class JobSeen:
    """A job as staff see it; `trouble` says in a few words what went wrong last."""

    id: str
    kind: str
    status: JobStatus
    attempts: int
    trouble: str
    due: datetime | None
    created: datetime
    ended: datetime | None


def enqueue(connection: Connection, kind: str, key: str, payload: Mapping[str, str], now: datetime) -> bool:
    """Have a job done soon, if the transaction it is asked in is kept. False when a job of that key exists."""
    row = {"id": uuid.uuid4().hex, "kind": kind, "key": key, "payload": json.dumps(dict(payload)), "now": now}
    return connection.execute(_ENQUEUE, row).rowcount == 1


def known(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    """Which of these keys have a job, whatever became of it."""
    return frozenset(connection.execute(_KNOWN, {"keys": list(keys)}).scalars())


def is_due(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Whether there is anything to claim; reads only."""
    return connection.execute(_DUE, {"kinds": list(kinds), "now": now}).first() is not None


def claim(connection: Connection, kinds: Collection[str], until: datetime, now: datetime) -> Job | None:
    """The job that has been due longest, for this worker alone until its lease ends."""
    found = connection.execute(_NEXT, {"kinds": list(kinds), "now": now}).mappings().first()
    if found is None:
        return None
    word = uuid.uuid4().hex
    connection.execute(_CLAIM, {"job": found["id"], "word": word, "until": until})
    return Job(found["id"], found["kind"], json.loads(found["payload"]), found["attempts"] + 1, word)


def renew(connection: Connection, job: Job, until: datetime) -> bool:
    """A longer lease. False when another worker has claimed the job since."""
    return connection.execute(_RENEW, _mine(job) | {"until": until}).rowcount == 1


def again(connection: Connection, job: Job, due: datetime, trouble: str) -> bool:
    """Let it be tried again from `due` on. False when it is no longer this worker's."""
    given = {"came_to": "waiting", "why": trouble, "next": due, "over": None}
    return connection.execute(_SETTLE, _mine(job) | given).rowcount == 1


def ended(connection: Connection, job: Job, status: Literal["done", "dead"], trouble: str, now: datetime) -> bool:
    """It is done, or nobody is to try it any more. False when it is no longer this worker's."""
    given = {"came_to": status, "why": trouble, "next": None, "over": now}
    return connection.execute(_SETTLE, _mine(job) | given).rowcount == 1


def revive(connection: Connection, job_id: str, now: datetime) -> bool:
    """Have a dead job tried again, from its first attempt. False when it is not dead."""
    return connection.execute(_REVIVE, {"job": job_id, "now": now}).rowcount == 1


def of_status(connection: Connection, status: JobStatus, limit: int) -> list[JobSeen]:
    """Jobs of one status, the newest first."""
    rows = connection.execute(_OF_STATUS, {"wanted": status, "limit": limit}).mappings()
    return [JobSeen(**{name: row[name] for name in JobSeen.__dataclass_fields__}) for row in rows]


def counts(connection: Connection) -> dict[str, int]:
    """How many jobs there are of each status that occurs."""
    return {row.status: row.number for row in connection.execute(_COUNTS)}


def forget(connection: Connection, before: datetime) -> int:
    """Delete jobs that ended before then; how many."""
    return connection.execute(_FORGET, {"before": before}).rowcount


def _mine(job: Job) -> dict[str, Any]:
    return {"job": job.id, "word": job.lease}
