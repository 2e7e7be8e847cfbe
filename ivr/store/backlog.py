"""Background work that was given up: for staff to see, to have tried again, or to let go of; each noted in the log."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from ivr.store import jobs as rows
from ivr.store import notices, sounds, texts
from ivr.store.audit import Deed
from ivr.store.engine import Database
from ivr.store.jobs import JobSeen
from ivr.store.part import Part
from ivr.store.tables import Utc, jobs
from ivr.store.tables import texts as texts_table

Noting = Callable[[Connection, Deed, datetime], object]
GIVEN_UP: Final = "given up by staff"
_DEAD: Final = (jobs.c.id == bindparam("job"), jobs.c.status == "dead")
_LET_GO: Final = (
    update(jobs).where(*_DEAD).values(status="done", due=None, trouble=GIVEN_UP, ended=bindparam("over", type_=Utc))
)
_ONE: Final = select(jobs).where(*_DEAD)
_ALL: Final = select(jobs).where(jobs.c.status == "dead").order_by(jobs.c.ended.desc(), jobs.c.id)
_COUNT: Final = select(func.count()).select_from(jobs).where(jobs.c.status == "dead")


@dataclass(frozen=True, slots=True)
class Stuck:
    """A job that nobody tries any more. `hopeless`: what it needs is deleted, so another try would do nothing."""

    job: JobSeen
    hopeless: bool


class Backlog(Part):
    """Raises StoreUnavailable as the store does. `who` is an account's id, or `ivr` for the command line."""

    def __init__(self, database: Database, noting: Noting) -> None:
        super().__init__(database)
        self._noting: Final = noting

    def dead(self, limit: int = 100) -> tuple[Stuck, ...]:
        """Jobs that were given up, the latest first."""
        with self._reading() as connection:
            return tuple(_stuck(connection, row) for row in connection.execute(_ALL.limit(limit)).mappings())

    def count(self) -> int:
        """How many jobs were given up."""
        with self._reading() as connection:
            return int(connection.execute(_COUNT).scalar_one())

    def one(self, job_id: str) -> Stuck | None:
        """A job that was given up; None when it is none of those, any more."""
        with self._reading() as connection:
            row = connection.execute(_ONE, {"job": job_id}).mappings().first()
            return _stuck(connection, row) if row else None

    def again(self, job_id: str, who: str, now: datetime) -> bool:
        """Have it tried again, from its first attempt. False when it is not dead."""
        return self._write(lambda connection: self._again(connection, job_id, who, now))

    def all_again(self, who: str, now: datetime) -> int:
        """Have all of them tried again but those that are hopeless; how many."""

        def work(connection: Connection) -> int:
            found = [_stuck(connection, row) for row in connection.execute(_ALL).mappings()]
            return sum(self._again(connection, one.job.id, who, now) for one in found if not one.hopeless)

        return self._write(work)

    def let_go(self, job_id: str, who: str, now: datetime) -> bool:
        """Have nobody try it any more; what it had to keep for another try goes. False when it is not dead."""

        def work(connection: Connection) -> bool:
            row = connection.execute(_ONE, {"job": job_id}).mappings().first()
            if row is None or connection.execute(_LET_GO, {"job": job_id, "over": now}).rowcount != 1:
                return False
            _leave(connection, row["kind"], json.loads(row["payload"]))
            self._note(connection, "job-given-up", row, who, now)
            return True

        return self._write(work)

    def _again(self, connection: Connection, job_id: str, who: str, now: datetime) -> bool:
        row = connection.execute(_ONE, {"job": job_id}).mappings().first()
        if row is None or not rows.revive(connection, job_id, now):
            return False
        self._note(connection, "job-tried-again", row, who, now)
        return True

    def _note(self, connection: Connection, what: str, row: RowMapping, who: str, now: datetime) -> None:
        self._noting(connection, Deed(who, what, f"job:{row['id']}", {"kind": row["kind"]}), now)


def _stuck(connection: Connection, row: RowMapping) -> Stuck:
    seen = JobSeen(**{name: row[name] for name in JobSeen.__dataclass_fields__})
    return Stuck(seen, hopeless=row["kind"] == texts.JOB and _is_over(connection, json.loads(row["payload"])))


def _is_over(connection: Connection, payload: dict[str, Any]) -> bool:
    """Whether the number and the words of this text are gone."""
    wanted = select(texts_table.c.status).where(texts_table.c.id == payload["text"])
    return connection.execute(wanted).scalar() in {None, *texts.OVER}


def _leave(connection: Connection, kind: str, payload: dict[str, Any]) -> None:
    """Nobody waits for it any more: a number is forgotten, a message is not said to be on its way."""
    match kind:
        case texts.JOB:
            texts.told(connection, payload["text"], texts.Delivery("refused", trouble=GIVEN_UP))
        case notices.LETTER:
            notices.given_up(connection, payload["notice"])
        case sounds.FETCH:
            sound = sounds.of_recording(connection, payload["recording"])
            if sound and sound.status == "waiting":
                sounds.lost(connection, sound, GIVEN_UP)
