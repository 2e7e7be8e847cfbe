"""Finding what is kept about a number, whatever table it is in.

What belongs to a call or a request is found by the names of columns, so that a table made later is not forgotten.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Table, or_, select

from ivr.store import sounds as sounds_rows
from ivr.store.gone import Stone
from ivr.store.sounds import Sound
from ivr.store.tables import calls, metadata, recordings, requests, texts
from ivr.store.tables_kept import holds, sounds
from ivr.store.tables_notices import noticed as __  # noqa: F401 - its table is among those that are looked through
from ivr.store.wordings import Wording
from ivr.store.work_tables import work as _  # noqa: F401 - its table is among those that are looked through

Rows = list[Mapping[str, Any]]
_LAST: Final = {"requests": 0, "calls": 1}


@dataclass(frozen=True, slots=True)
class Held:
    """A request that must stay, and why."""

    id: str
    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept about one number: rows by table, and its recordings; `held` stays whatever is asked."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    sounds: tuple[Sound, ...] = ()
    held: tuple[Held, ...] = ()
    told: Mapping[str, Wording] = field(default_factory=dict)
    """The wordings of the privacy notice that these requests name: nobody's, so they stay."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table."""
        return {name: len(rows) for name, rows in self.rows.items() if rows}


def personal() -> list[Table]:
    """Every table with rows of a call or of a request, those first on which no other rests."""
    found = [table for table in metadata.tables.values() if _key(table) is not None]
    return sorted(found, key=lambda table: (-_LAST.get(table.name, 2), table.name))


def _key(table: Table) -> str | None:
    if table.name in _LAST:
        return {"requests": "id", "calls": "sid"}[table.name]
    return next((name for name in ("request_id", "call_sid") if name in table.c), None)


def wanted(table: Table, sids: Collection[str], ids: Collection[str]) -> Any:
    """The condition for rows of these calls or requests."""
    key = _key(table) or ""
    return table.c[key].in_(ids if key in {"id", "request_id"} else sids)


def rows_of(connection: Connection, table: Table, sids: Collection[str], ids: Collection[str]) -> Rows:
    """Rows of these calls or requests."""
    return [dict(row) for row in connection.execute(select(table).where(wanted(table, sids, ids))).mappings()]


def marked(connection: Connection, table: Table, mark: str) -> Rows:
    """Rows under the mark of a number."""
    return [dict(row) for row in connection.execute(select(table).where(table.c.mark == mark)).mappings()]


def requests_of(connection: Connection, number: str, *, held: bool = True) -> list[str]:
    """Requests of a number; `held`: those that stay too."""
    found = select(requests.c.id).where(requests.c.phone == number)
    if not held:
        found = found.where(requests.c.id.not_in(select(holds.c.request_id)))
    return list(connection.execute(found).scalars())


def requests_then(connection: Connection, number: str, stone: Stone) -> list[str]:
    """Those that were erased then, and nothing younger has come to; held ones stay, now as then."""
    younger = select(calls.c.request_id).where(calls.c.request_id.is_not(None), calls.c.created > stone.at)
    found = select(requests.c.id).where(
        requests.c.phone == number,
        requests.c.created <= stone.at,
        requests.c.id.not_in(select(holds.c.request_id)),
        requests.c.id.not_in(younger),
    )
    return [row for row in connection.execute(found).scalars() if row not in stone.held]


def calls_of(connection: Connection, ids: Collection[str], number: str, *, held: bool = True) -> list[str]:
    """Calls of these requests, and those that gave this number otherwise; `held`: those of what stays too."""
    ways = (
        select(calls.c.sid).where(or_(calls.c.request_id.in_(ids), calls.c.drafted == number)),
        select(requests.c.call_sid).where(requests.c.id.in_(ids)),
        select(texts.c.call_sid).where(texts.c.number == number),
    )
    sids = {sid for way in ways for sid in connection.execute(way).scalars()}
    if not held:
        sids -= set(
            connection.execute(select(calls.c.sid).join(holds, holds.c.request_id == calls.c.request_id)).scalars()
        )
    return sorted(sids)


def calls_then(connection: Connection, ids: Collection[str], number: str, stone: Stone) -> list[str]:
    """As `calls_of`, but for calls that are younger, and those of requests that stay."""
    found = calls_of(connection, ids, number, held=False)
    stays = or_(calls.c.created > stone.at, calls.c.request_id.not_in(ids))
    left = set(connection.execute(select(calls.c.sid).where(calls.c.sid.in_(found), stays)).scalars())
    return [sid for sid in found if sid not in left]


def sounds_of(connection: Connection, sids: Collection[str]) -> list[Sound]:
    """Recordings of these calls that are, or are to be, here."""
    found = connection.execute(select(recordings.c.sid).where(recordings.c.call_sid.in_(sids))).scalars().all()
    more = connection.execute(select(sounds.c.recording_sid).where(sounds.c.call_sid.in_(sids))).scalars().all()
    return list(sounds_rows.of_recordings(connection, {*found, *more}).values())


def held_of(connection: Connection, ids: Collection[str]) -> list[Held]:
    """Those of these requests that stay."""
    found = select(requests.c.id, requests.c.reference, holds.c.why).join(holds, holds.c.request_id == requests.c.id)
    return [Held(row.id, row.reference, row.why) for row in connection.execute(found.where(requests.c.id.in_(ids)))]
