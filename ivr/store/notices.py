"""Notices to staff: each is told once of each request and reason, however often it is looked; of many in one notice."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

from sqlalchemy import BindParameter, Connection, Date, bindparam, delete, func, select, text, update

from ivr.store import jobs, texts
from ivr.store.choices import DIGEST, Reader
from ivr.store.part import Part
from ivr.store.tables import Utc, requests
from ivr.store.tables import jobs as jobs_table
from ivr.store.tables_notices import notices
from ivr.store.texts import TextAsked

LETTER: Final = "letter"
"""The kind of job that sends one by e-mail."""
INVITATION: Final = "invitation"
"""The kind of job that sends somebody the link with which they choose a password."""
Reason = Literal["arrived", "near", "overdue"]
"""Why a request is spoken of: it came while nobody answers; its promise ends soon; its promise is broken."""
Way = Literal["email", "text"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
MANY: Final = 1000
"""Requests that came while nobody answers, at most looked at together."""

_INTO: Final = "INSERT INTO noticed (request_id, kind, account_id, way) SELECT id, :kind, :account, :way FROM requests"
_ONCE: Final = " ON CONFLICT (request_id, kind, account_id, way) DO NOTHING"
_IDS: Final[BindParameter[str]] = bindparam("ids", expanding=True)
_TELL: Final = {
    "arrived": text(f"{_INTO} WHERE waits = 1 AND id IN :ids{_ONCE}").bindparams(_IDS),
    "near": text(f"{_INTO} WHERE waits = 1 AND due = :day{_ONCE}").bindparams(bindparam("day", type_=Date)),
    "overdue": text(f"{_INTO} WHERE waits = 1 AND due < :day{_ONCE}").bindparams(bindparam("day", type_=Date)),
}
_ARRIVED: Final = (
    select(requests.c.id, requests.c.created)
    .where(requests.c.waits == 1, requests.c.created > bindparam("since", type_=Utc))
    .order_by(requests.c.created.desc())
    .limit(MANY)
)
_MAKE: Final = text(
    "INSERT INTO notices (id, key, account_id, way, counts, status, created)"
    " VALUES (:id, :key, :account, :way, '{}', 'queued', :now) ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("now", type_=Utc))
_BY_ID: Final = select(notices).where(notices.c.id == bindparam("row"))
_SENDING: Final = (
    update(notices)
    .where(notices.c.id == bindparam("row"), notices.c.status.not_in(("sent", "closed")))
    .values(status="sending", tries=notices.c.tries + 1, sending=bindparam("now", type_=Utc))
)


Counts = Mapping[str, int]
"""Numbers by reason."""


@dataclass(frozen=True, slots=True)
class Text:
    """A notice by text: to which number, and the words for what it counts."""

    number: str
    words: Callable[[Counts], str]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is remembered; `counts` are numbers by reason, or those of a digest."""

    id: str
    account_id: str
    way: Way
    counts: Counts
    status: str
    tries: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to be told of now. `day`: today in London. Empty or None: nothing of that reason now."""

    arrived: tuple[str, ...] = ()
    near: date | None = None
    overdue: date | None = None


class Notices(Part):
    """Raises StoreUnavailable as the store does. Everything may be done twice: the second time it changes nothing."""

    def arrived(self, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """Requests that wait and came since then, each with its time."""
        with self._reading() as connection:
            return tuple((row.id, row.created) for row in connection.execute(_ARRIVED, {"since": since}))

    def tell(self, reader: Reader, due: Due, span: str, text: Text | None, now: datetime) -> Counts:
        """One notice of all that this person was not told of yet; what it counts, empty when there is nothing.

        By e-mail without `text`. At most one in each `span`, which is any word for a stretch of time. Stored together:
        what was told of, the notice, and the job that sends it.
        """
        way: Way = "text" if text else "email"

        def work(connection: Connection) -> Counts:
            made = _make(connection, reader.id, way, f"{way} {reader.id} {span}", now)
            counts = _told_of(connection, reader, way, due) if made else {}
            if made and not counts:
                connection.execute(delete(notices).where(notices.c.id == made))
            if made and counts:
                _send(connection, made, counts, text, now)
            return counts

        return self._write(work)

    def digest(self, reader: Reader, counts: Counts, day: date, now: datetime) -> bool:
        """The summary of a day by e-mail. False when it was made already."""

        def work(connection: Connection) -> bool:
            made = _make(connection, reader.id, "email", f"{DIGEST} {reader.id} {day}", now)
            if made:
                _send(connection, made, {DIGEST: 1, **counts}, None, now)
            return made is not None

        return self._write(work)

    def summary(self, today: date) -> dict[str, int]:
        """The numbers of a digest: open, overdue, due today, incomplete, and background work that was given up."""
        is_open = requests.c.waits == 1
        wanted = {
            "open": is_open,
            "overdue": is_open & (requests.c.due < today),
            "near": is_open & (requests.c.due == today),
            "incomplete": is_open & requests.c.confirmed.is_(None),
        }
        with self._reading() as connection:
            found = {
                name: int(connection.execute(select(func.count()).select_from(requests).where(one)).scalar_one())
                for name, one in wanted.items()
            }
            dead = select(func.count()).select_from(jobs_table).where(jobs_table.c.status == "dead")
            return found | {"dead": int(connection.execute(dead).scalar_one())}

    def notice(self, notice_id: str) -> Notice | None:
        """One notice."""
        with self._reading() as connection:
            row = connection.execute(_BY_ID, {"row": notice_id}).mappings().first()
        if row is None:
            return None
        given = {name: row[name] for name in Notice.__dataclass_fields__}
        return Notice(**given | {"counts": json.loads(row["counts"])})

    def sending(self, notice_id: str, now: datetime) -> bool:
        """It is about to be handed over. False when it was sent, or is not to be."""
        return self._write(
            lambda connection: connection.execute(_SENDING, {"row": notice_id, "now": now}).rowcount == 1
        )

    def told(self, notice_id: str, status: str, trouble: str) -> None:
        """What became of it."""
        values = {"status": status, "trouble": trouble}
        self._write(
            lambda connection: connection.execute(update(notices).where(notices.c.id == notice_id).values(values))
        )


def given_up(connection: Connection, notice_id: str) -> None:
    """Nobody sends it any more."""
    connection.execute(update(notices).where(notices.c.id == notice_id).values(status="closed"))


def forget(connection: Connection, before: datetime) -> int:
    """Delete notices made before then; how many. What each was told of goes with its request."""
    return connection.execute(delete(notices).where(notices.c.created < before)).rowcount


def _make(connection: Connection, account_id: str, way: Way, key: str, now: datetime) -> str | None:
    """A notice without anything in it yet; None when there is one of that key, also of another worker's making."""
    row = {"id": uuid.uuid4().hex, "key": key, "account": account_id, "way": way, "now": now}
    return str(row["id"]) if connection.execute(_MAKE, row).rowcount == 1 else None


def _told_of(connection: Connection, reader: Reader, way: Way, due: Due) -> dict[str, int]:
    """Note what this person is told of now; how many requests of each reason that they were not told of before."""
    wanted, who = getattr(reader.choice, way), {"account": reader.id, "way": way}
    given: dict[str, dict[str, object]] = {"arrived": {"ids": list(due.arrived)}}
    given |= {"near": {"day": due.near}, "overdue": {"day": due.overdue}}
    counts = {
        reason: connection.execute(_TELL[reason], who | {"kind": reason} | given[reason]).rowcount
        for reason in REASONS
        if reason in wanted and getattr(due, reason)
    }
    return {reason: count for reason, count in counts.items() if count > 0}


def _send(connection: Connection, notice_id: str, counts: Counts, said: Text | None, now: datetime) -> None:
    """Have it sent. A text goes the way of all texts, with their care to be sent once."""
    values = {"counts": json.dumps(dict(counts)), "status": "handed" if said else "queued"}
    connection.execute(update(notices).where(notices.c.id == notice_id).values(values))
    if said is None:
        jobs.enqueue(connection, LETTER, f"{LETTER} {notice_id}", {"notice": notice_id}, now)
    else:
        asked = TextAsked(f"{texts.STAFF} {notice_id}", texts.STAFF, said.number, "", said.words(counts))
        texts.tell(connection, asked, now)
