"""The queue as staff read it: open requests in the order in which they are to be rung, a page at a time.

No page reads more than `LOOKED` rows, whatever is asked for: what a filter leaves out is passed over along one index,
and where that takes longer, the page says from where to look on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, literal, not_, or_, select, tuple_

from ivr.numbers import ringable
from ivr.store import queue
from ivr.store.facts import Request
from ivr.store.requests import OPEN
from ivr.store.tables import Utc, requests

LOOKED: Final = 2000
"""Most rows that one page reads."""
COUNTED: Final = 1000
"""Counts stop here: nobody needs to know how many more there are."""
FOUND: Final = 50
SHORTEST: Final = 3
"""Least digits of a number to look for."""
LONGEST: Final = 7
"""Most digits of a reference."""
_C: Final = requests.c
_TURN: Final = (_C.turn_day, _C.turn_at, _C.id)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the queue: the next page begins after it, even when its request is gone."""

    day: date
    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.day}~{self.at.astimezone(UTC).isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The spot that `str` wrote. Raises ValueError for anything else."""
        day, at, row = text.split("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not MINYEAR < moment.year < MAXYEAR:
            raise ValueError("a spot's time needs its zone, and a year that there is in UTC too")
        return cls(date.fromisoformat(day), moment, row)


@dataclass(frozen=True, slots=True)
class Standing:
    """A request and how work on it stands. `claimed_by` is empty once a claim has lapsed."""

    request: Request
    version: int
    attempts: int
    claimed_by: str
    claimed_until: datetime | None
    again: datetime | None
    closed: datetime | None
    disposition: str
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What staff want to see of the queue; empty means all. `today` is London's."""

    now: datetime
    today: date
    council: str = ""
    topic: str = ""
    language: str = ""
    need: str = ""
    status: str = ""
    best_times: tuple[str, ...] = ()
    claimed_by: str = ""
    overdue: bool = False
    incomplete: bool = False
    shut: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the queue. `before` and `after`: where the page before ends, and where the next begins, if there are.

    `on`: nothing more was found in the rows that one page may read; from there one may look on.
    """

    rows: tuple[Standing, ...]
    before: Spot | None = None
    after: Spot | None = None
    on: Spot | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are open, overdue, incomplete and claimed by one member of staff; none counts further than COUNTED."""

    open: int
    overdue: int
    incomplete: int
    mine: int
    newest: str = field(default="")


def page(connection: Connection, wanted: Wanted, spot: Spot | None, limit: int, *, back: bool = False) -> Listed:
    """At most `limit` requests after a spot, or `back` before it; closed ones the latest first."""
    falling = wanted.shut != back
    scan = _scan(wanted, spot, falling=falling)
    inner = scan.limit(LOOKED).subquery()
    found = _sorted(select(inner).where(*_filters(inner, wanted)), inner, falling=falling).limit(limit + 1)
    rows = connection.execute(found).mappings().all()
    kept = rows[:limit]
    on = None if len(rows) > limit else _last_looked_at(connection, scan)
    listed = _standings(connection, list(reversed(kept)) if back else list(kept), wanted.now)
    first, last = (listed[0].spot, listed[-1].spot) if listed else (None, None)
    more = len(rows) > limit
    if back:
        return Listed(listed, before=first if more else None, after=last, on=None)
    return Listed(listed, before=first if spot else None, after=last if more else None, on=on)


def one(connection: Connection, request_id: str, now: datetime) -> Standing | None:
    """One request and how work on it stands."""
    rows = connection.execute(select(requests).where(_C.id == request_id)).mappings().all()
    return next(iter(_standings(connection, list(rows), now)), None)


def search(connection: Connection, text: str, now: datetime) -> tuple[Standing, ...]:
    """Requests of a reference, of a number however it is written, or whose number ends with these digits."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    if not digits:
        return ()
    number = ringable(text.strip())
    whole = queue.by_reference(connection, digits) if len(digits) <= LONGEST else None
    conditions = [_C.phone == number] if number else []
    if not number and len(digits) >= SHORTEST:
        last = func.substr(_C.phone, func.length(_C.phone) - len(digits) + 1) == digits
        conditions.append((_C.ending == digits[-SHORTEST:]) & last)
    rows = [] if not whole else list(connection.execute(select(requests).where(_C.id == whole.id)).mappings())
    for condition in conditions:
        query = select(requests).where(condition).order_by(_C.created.desc(), _C.id).limit(FOUND)
        rows += [row for row in connection.execute(query).mappings() if not whole or row["id"] != whole.id]
    return _standings(connection, rows, now)


def earlier(connection: Connection, request: Request, now: datetime) -> tuple[Standing, ...]:
    """Other requests of the same number, the newest first."""
    if not request.phone:
        return ()
    query = select(requests).where(_C.phone == request.phone, _C.id != request.id)
    newest = query.order_by(_C.created.desc(), _C.id).limit(10)
    return _standings(connection, list(connection.execute(newest).mappings()), now)


def counts(connection: Connection, wanted: Wanted, staff: str) -> Counts:
    """Counts of the open queue, each along an index."""
    lists = {
        "open": (_C.waits == 1,),
        "overdue": (_C.status.in_(OPEN), _C.due < wanted.today),
        "incomplete": (_C.status == "incomplete",),
        "mine": (_C.claimed_by == staff, _C.claimed_until > wanted.now),
    }
    return Counts(**{name: _count(connection, *where) for name, where in lists.items()}, newest=_newest(connection))


def _count(connection: Connection, *where: ColumnElement[bool]) -> int:
    inner = select(literal(1)).select_from(requests).where(*where).limit(COUNTED).subquery()
    return connection.execute(select(func.count()).select_from(inner)).scalar_one()


def _newest(connection: Connection) -> str:
    """Tells whether the top of the queue has changed."""
    top = select(_C.id, _C.version).where(_C.waits == 1).order_by(*_TURN).limit(1)
    found = connection.execute(top).first()
    return f"{found.id[:8]}.{found.version}" if found else ""


def _scan(wanted: Wanted, spot: Spot | None, *, falling: bool) -> Select[Any]:
    query = select(requests).where(_C.waits == (0 if wanted.shut else 1))
    if spot is not None:
        place = tuple_(literal(spot.day), literal(spot.at, Utc), literal(spot.id))
        query = query.where(tuple_(*_TURN) < place if falling else tuple_(*_TURN) > place)
    return _sorted(query, requests, falling=falling)


def _sorted(query: Select[Any], table: FromClause, *, falling: bool) -> Select[Any]:
    columns = [table.c[column.name] for column in _TURN]
    return query.order_by(*(column.desc() for column in columns)) if falling else query.order_by(*columns)


def _last_looked_at(connection: Connection, scan: Select[Any]) -> Spot | None:
    """The last row that may be read, if there are more than these."""
    row = connection.execute(scan.with_only_columns(*_TURN).offset(LOOKED - 1).limit(1)).first()
    return Spot(row.turn_day, row.turn_at, row.id) if row else None


def _filters(rows: FromClause, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Every filter by parameters; a topic and a need are words of a list with commas."""
    c = rows.c
    current = c.claimed_until > literal(wanted.now, Utc)
    made: dict[str, Callable[[], ColumnElement[bool]]] = {
        "council": lambda: c.council == wanted.council,
        "topic": lambda: _has(c.topic, wanted.topic),
        "language": lambda: c.language == wanted.language,
        "need": lambda: _has(c.needs, wanted.need),
        "best_times": lambda: or_(c.best_time.in_(wanted.best_times), c.best_time == ""),
        "claimed_by": lambda: (c.claimed_by == wanted.claimed_by) & current,
        "overdue": lambda: c.due < wanted.today,
        "incomplete": lambda: c.confirmed.is_(None),
        "status": lambda: _of_status(c, wanted.status, current),
    }
    return [condition() for name, condition in made.items() if getattr(wanted, name)]


def _has(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    listed: ColumnElement[str] = literal(",") + column + literal(",")
    return listed.contains(f",{word},", autoescape=True)


def _of_status(c: Any, status: str, current: ColumnElement[bool]) -> ColumnElement[bool]:
    """A claim that has lapsed is none."""
    if status == "claimed":
        return and_(c.status == "claimed", current)
    return or_(c.status != "claimed", not_(current)) if status == "free" else and_(c.status == status)


def _standings(connection: Connection, rows: list[Any], now: datetime) -> tuple[Standing, ...]:
    whole = queue.complete(connection, rows)
    return tuple(_standing(request, row, now) for request, row in zip(whole, rows, strict=True))


def _standing(request: Request, row: Any, now: datetime) -> Standing:
    held = row["claimed_by"] if row["claimed_until"] and row["claimed_until"] > now else ""
    return Standing(
        request=request,
        version=row["version"],
        attempts=row["attempts"],
        claimed_by=held,
        claimed_until=row["claimed_until"] if held else None,
        again=row["again"],
        closed=row["closed"],
        disposition=row["disposition"],
        spot=Spot(row["turn_day"], row["turn_at"], row["id"]),
    )
