"""Numbers of each day: calls are counted in the night after, requests when they are deleted; until then, as they are.

What is counted stays when calls and requests go. Each is in the numbers once: a day of calls is counted in the
transaction that notes that it was, and a request in the one that deletes it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, case, func, or_, select, text

from ivr.store.courses import LONDON, Course, Tally, day_of, gather, midnight, of_calls, of_requests
from ivr.store.engine import Database
from ivr.store.outcomes import DISPOSITIONS, OUTCOMES
from ivr.store.part import Part
from ivr.store.tables import Utc, calls, listened, requests
from ivr.store.tables_counted import counted
from ivr.store.work_tables import work

__all__ = ["LONDON", "Counting", "Numbers", "Tally", "leave"]

PAGE: Final = 5000
"""Rows that are read in one go."""
LONGEST_CALL: Final = timedelta(hours=3, minutes=30)
"""Twilio ends calls after four hours; the night's work begins half an hour before that, and no call has lasted so."""
QUIET: Final = timedelta(minutes=10)
"""A call of which nothing was heard for so long is over; before that it is not counted."""
AT_ONCE: Final = 3
"""Most days of calls that are counted while somebody waits for the page."""
_DONE: Final = "counted"
_SPOKE: Final = [
    *(one.id for one in OUTCOMES.values() if one.spoken),
    *(name for name in DISPOSITIONS if name in {"reached", "not_wanted"}),
]
_SINCE, _BEFORE = bindparam("since", type_=Utc), bindparam("before", type_=Utc)
_ROWS: Final[BindParameter[int]] = bindparam("rows")
_NOTES: Final = (
    select(
        listened.c.id,
        listened.c.call_sid,
        listened.c.at,
        listened.c.turn,
        listened.c.node,
        listened.c.kind,
        listened.c.went,
    )
    .where(listened.c.at >= _SINCE, listened.c.at < _BEFORE)
    .where(or_(listened.c.at > bindparam("at", type_=Utc), listened.c.id > bindparam("id")))
    .order_by(listened.c.at, listened.c.id)
    .limit(_ROWS)
)
_CALLS: Final = select(calls.c.sid, calls.c.created).where(calls.c.created >= _SINCE, calls.c.created < _BEFORE)
_PROMISED: Final = func.coalesce(requests.c.confirmed, requests.c.created, type_=Utc)
_REQUESTS: Final = (
    select(
        requests.c.id,
        requests.c.created,
        requests.c.confirmed,
        requests.c.due,
        requests.c.council,
        requests.c.topic,
        func.min(work.c.at, type_=Utc).label("tried"),
        func.min(case((work.c.outcome.in_(_SPOKE), work.c.at)), type_=Utc).label("spoke"),
    )
    .select_from(requests.outerjoin(work, (work.c.request_id == requests.c.id) & work.c.kind.in_(("attempt", "close"))))
    .group_by(requests.c.id)
    .order_by(requests.c.id)
)
_RANGE: Final = _REQUESTS.where(requests.c.id > bindparam("id"), _PROMISED >= _SINCE, _PROMISED < _BEFORE).limit(
    bindparam("rows")
)
_LAST: Final = select(func.max(counted.c.day)).where(counted.c.kind == _DONE)
_COUNTED: Final = select(counted).where(
    counted.c.day >= bindparam("first"), counted.c.day <= bindparam("last"), counted.c.kind != _DONE
)
# These statements are the same in SQLite and PostgreSQL.
_MARK: Final = text(
    "INSERT INTO counted (day, kind, name, n) VALUES (:day, :kind, '', 1) ON CONFLICT DO NOTHING"
).bindparams(bindparam("day", type_=counted.c.day.type), bindparam("kind", _DONE))
_ADD: Final = text(
    "INSERT INTO counted (day, kind, name, n) VALUES (:day, :kind, :name, :n)"
    " ON CONFLICT (day, kind, name) DO UPDATE SET n = counted.n + excluded.n"
).bindparams(bindparam("day", type_=counted.c.day.type))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of some days. `waiting`: the calls of so many of these days are not counted yet, and not in them."""

    tally: Tally
    waiting: int = 0


class Counting(Part):
    """Raises StoreUnavailable as the store does. `topics`: of which nodes hearing tells what a call was about.

    `page`: how many rows are read in one go, so that no reading takes long.
    """

    def __init__(self, database: Database, topics: Callable[[], Mapping[str, str]], page: int = PAGE) -> None:
        super().__init__(database)
        self._topics: Final = topics
        self._page: Final = page

    def count_up(self, now: datetime) -> int:
        """Count the calls of every day that is over and not counted yet. How many days. Done twice, nothing is left."""
        return sum(self._count(day) for day in self._uncounted(day_of(now)))

    def numbers(self, first: date, last: date, now: datetime) -> Numbers:
        """The numbers of these days, both included, as they stand now."""
        today = day_of(now)
        days = [day for day in (*self._uncounted(today), today) if first <= day <= last]
        with self._reading() as connection:
            rows = connection.execute(_COUNTED, {"first": first, "last": last}).all()
        tally: Tally = Counter({(row.day, row.kind, row.name): row.n for row in rows})
        for day in days[-AT_ONCE:]:
            tally.update(self._calls_of(day, now - QUIET))
        tally.update(of_requests(self._requests(first, last), today))
        return Numbers(tally, len(days[:-AT_ONCE]))

    def _count(self, day: date) -> bool:
        tally = self._calls_of(day)

        def write(connection: Connection) -> bool:
            fresh = connection.execute(_MARK, {"day": day}).rowcount == 1
            if fresh:
                _add(connection, tally)
            return fresh

        return self._write(write)

    def _uncounted(self, today: date) -> list[date]:
        """Days before today whose calls are still to be counted, the earliest first."""
        with self._reading() as connection:
            last = connection.execute(_LAST).scalar()
            since = last + timedelta(days=1) if last else _earliest(connection)
        return [since + timedelta(days=passed) for passed in range((today - since).days)] if since else []

    def _calls_of(self, day: date, quiet_since: datetime | None = None) -> Tally:
        """The calls that began on a day; those that may still go on are left out."""
        courses: dict[str, Course] = {}
        start, end = midnight(day), midnight(day + timedelta(days=1))
        for rows in self._notes(start - LONGEST_CALL, end + LONGEST_CALL):
            gather(courses, rows, self._topics())
        with self._reading() as connection:
            for row in connection.execute(_CALLS, {"since": start, "before": end}):
                courses.setdefault(row.sid, Course(row.created, row.created))
        theirs = [one for one in courses.values() if day_of(one.first) == day]
        return of_calls(one for one in theirs if quiet_since is None or one.last < quiet_since)

    def _notes(self, since: datetime, before: datetime) -> Iterator[list[Any]]:
        at, number = since, -1
        while True:
            with self._reading() as connection:
                given = {"since": at, "before": before, "at": at, "id": number, "rows": self._page}
                rows = list(connection.execute(_NOTES, given).all())
            yield rows
            if len(rows) < self._page:
                return
            at, number = rows[-1].at, rows[-1].id

    def _requests(self, first: date, last: date) -> Iterator[Any]:
        given: dict[str, object] = {"since": midnight(first), "before": midnight(last + timedelta(days=1))}
        given |= {"id": "", "rows": self._page}
        while True:
            with self._reading() as connection:
                rows = connection.execute(_RANGE, given).all()
            yield from rows
            if len(rows) < self._page:
                return
            given["id"] = rows[-1].id


def leave(connection: Connection, ids: Collection[str], now: datetime) -> None:
    """Count requests that are about to be deleted, in the transaction that does it."""
    if ids:
        rows = connection.execute(_REQUESTS.where(requests.c.id.in_(ids))).all()
        _add(connection, of_requests(rows, day_of(now)))


def _add(connection: Connection, tally: Tally) -> None:
    rows = [{"day": day, "kind": kind, "name": name, "n": n} for (day, kind, name), n in sorted(tally.items()) if n]
    if rows:
        connection.execute(_ADD, rows)


def _earliest(connection: Connection) -> date | None:
    found = [
        connection.execute(select(func.min(column, type_=Utc))).scalar() for column in (listened.c.at, calls.c.created)
    ]
    days = [day_of(moment) for moment in found if moment]
    return min(days, default=None)
