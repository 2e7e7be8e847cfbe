"""Deleting what is kept of callers: for good, all of it, whatever table it is in; and finding it, to show it first.

What belongs to a call or a request is found by the names of columns, so that a table made later is not forgotten.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, or_, select

from ivr.store import jobs as jobs_rows
from ivr.store import sounds as sounds_rows
from ivr.store import texts as texts_rows
from ivr.store.audit import Deed
from ivr.store.part import Part
from ivr.store.places import Marks
from ivr.store.requests import INCOMPLETE, SHUT
from ivr.store.sounds import Sound
from ivr.store.staff_tables import drafts
from ivr.store.tables import calls, jobs, listened, metadata, places, recordings, requests, texts
from ivr.store.tables_kept import holds, sounds
from ivr.store.work_tables import work as _  # noqa: F401 - its table is among those that are looked through

BATCH: Final = 50
"""Requests, or calls, in one transaction: callers never wait long for the night's work."""
_LAST: Final = {"requests": 0, "calls": 1}
Noting = Callable[[Connection, Deed, datetime], object]


@dataclass(frozen=True, slots=True)
class Held:
    """A request that must stay, and why."""

    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept about one number: rows by table, and its recordings; `held` stays whatever is asked."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    sounds: tuple[Sound, ...] = ()
    held: tuple[Held, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table."""
        return {name: len(rows) for name, rows in self.rows.items() if rows}


@dataclass(slots=True)
class Erased:
    """What was deleted: rows by table, and recordings, whose boxes are still to be removed."""

    counts: dict[str, int] = field(default_factory=dict)
    sounds: list[Sound] = field(default_factory=list)

    def add(self, table: str, number: int) -> None:
        """So many rows more."""
        if number:
            self.counts[table] = self.counts.get(table, 0) + number


class Erasing(Part):
    """Raises StoreUnavailable as the store does. Everything may be stopped anywhere and done again."""

    def about(self, number: str, marks: Marks) -> Found:
        """Everything that is kept about a number, in international form."""
        with self._reading() as connection:
            ids = _requests_of(connection, number)
            sids = _calls_of(connection, ids, number)
            rows = {table.name: _rows(connection, table, sids, ids) for table in _personal()}
            rows["places"] = _marked(connection, places, marks("place", number))
            rows["texts"] = _marked(connection, texts, marks("text", number)) or rows["texts"]
            heard = _sounds(connection, sids)
            return Found(rows, tuple(heard), tuple(_held(connection, ids)))

    def erase(self, number: str, marks: Marks, now: datetime, note: Noting) -> Erased:
        """Delete everything about a number, but for requests that are held; `note` tells the log, without it."""

        def work(connection: Connection) -> Erased:
            erased, ids = Erased(), _requests_of(connection, number, held=False)
            _erase(connection, _calls_of(connection, ids, number, held=False), ids, now, erased)
            for table, purpose in ((places, marks("place", number)), (texts, marks("text", number))):
                erased.add(table.name, connection.execute(delete(table).where(table.c.mark == purpose)).rowcount)
            detail = {name: str(count) for name, count in sorted(erased.counts.items())}
            note(connection, Deed("ivr", "number-erased", detail=detail), now)
            return erased

        return self._write(work)

    def purge(self, before: datetime, listened_before: datetime, now: datetime) -> Erased:
        """Delete requests from before then that are closed or never came to be, and what was told of no request.

        Open requests stay however old they are: somebody still has to ring. Held ones stay.
        """
        erased = Erased()
        while self._write(lambda connection: _purge_requests(connection, before, now, erased)):
            continue
        while self._write(lambda connection: _purge_calls(connection, before, listened_before, now, erased)):
            continue
        self._write(lambda connection: _purge_rest(connection, before, listened_before, erased))
        return erased

    def checkpoint(self) -> None:
        """Have nothing of what was deleted in SQLite's log either."""
        self._database.checkpoint()

    def hold(self, reference: str, why: str, who: str, now: datetime) -> bool:
        """Keep a request whatever is asked or due. False when there is none of that reference, or it is held."""

        def work(connection: Connection) -> bool:
            row = connection.execute(select(requests.c.id).where(requests.c.reference == reference)).scalar()
            already = select(holds.c.request_id).where(holds.c.request_id == row)
            if row is None or connection.execute(already).first():
                return False
            connection.execute(holds.insert(), {"request_id": row, "why": why, "by": who, "at": now})
            return True

        return self._write(work)

    def release(self, reference: str) -> bool:
        """Hold a request no longer. False when it was not held."""
        of = select(requests.c.id).where(requests.c.reference == reference).scalar_subquery()
        return self._write(
            lambda connection: connection.execute(delete(holds).where(holds.c.request_id == of)).rowcount == 1
        )


def _personal() -> list[Table]:
    """Every table with rows of a call or of a request, those first on which no other rests."""
    found = [table for table in metadata.tables.values() if _key(table) is not None]
    return sorted(found, key=lambda table: (-_LAST.get(table.name, 2), table.name))


def _key(table: Table) -> str | None:
    if table.name in _LAST:
        return {"requests": "id", "calls": "sid"}[table.name]
    return next((name for name in ("request_id", "call_sid") if name in table.c), None)


def _wanted(table: Table, sids: Collection[str], ids: Collection[str]) -> Any:
    key = _key(table) or ""
    return table.c[key].in_(ids if key in {"id", "request_id"} else sids)


def _rows(connection: Connection, table: Table, sids: Collection[str], ids: Collection[str]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(select(table).where(_wanted(table, sids, ids))).mappings()]


def _marked(connection: Connection, table: Table, mark: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(select(table).where(table.c.mark == mark)).mappings()]


def _requests_of(connection: Connection, number: str, *, held: bool = True) -> list[str]:
    wanted = select(requests.c.id).where(requests.c.phone == number)
    if not held:
        wanted = wanted.where(requests.c.id.not_in(select(holds.c.request_id)))
    return list(connection.execute(wanted).scalars())


def _calls_of(connection: Connection, ids: Collection[str], number: str, *, held: bool = True) -> list[str]:
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


def _sounds(connection: Connection, sids: Collection[str]) -> list[Sound]:
    found = connection.execute(select(recordings.c.sid).where(recordings.c.call_sid.in_(sids))).scalars().all()
    more = connection.execute(select(sounds.c.recording_sid).where(sounds.c.call_sid.in_(sids))).scalars().all()
    return list(sounds_rows.of_recordings(connection, {*found, *more}).values())


def _held(connection: Connection, ids: Collection[str]) -> list[Held]:
    wanted = select(requests.c.reference, holds.c.why).join(holds, holds.c.request_id == requests.c.id)
    return [Held(row.reference, row.why) for row in connection.execute(wanted.where(requests.c.id.in_(ids)))]


def _erase(connection: Connection, sids: Collection[str], ids: Collection[str], now: datetime, erased: Erased) -> None:
    """All of these calls and requests: rows here, boxes told to who asked, Twilio's copies by a job."""
    if not sids and not ids:
        return
    theirs = connection.execute(select(recordings.c.sid).where(recordings.c.call_sid.in_(sids))).scalars().all()
    for sid in theirs:
        sounds_rows.delete_at_twilio(connection, sid, now)
    for sound in _sounds(connection, sids):
        sounds_rows.forget(connection, sound, now)
        erased.sounds.append(sound)
        erased.add("sounds", 1)
    keys = [f"{sounds_rows.FETCH}-{sid}" for sid in {*theirs, *(one.recording_sid for one in erased.sounds)}]
    connection.execute(delete(jobs).where(jobs.c.key.in_(keys)))
    for row in ids:
        erased.add("drafts", connection.execute(delete(drafts).where(drafts.c.path.contains(row))).rowcount)
    for table in _personal():
        erased.add(table.name, connection.execute(delete(table).where(_wanted(table, sids, ids))).rowcount)


def _purge_requests(connection: Connection, before: datetime, now: datetime, erased: Erased) -> bool:
    never = (requests.c.status == INCOMPLETE) & requests.c.confirmed.is_(None)
    over = or_(requests.c.status.in_(SHUT), never)
    wanted = select(requests.c.id).where(
        over, requests.c.created < before, requests.c.id.not_in(select(holds.c.request_id))
    )
    ids = list(connection.execute(wanted.order_by(requests.c.created).limit(BATCH)).scalars())
    sids = list(connection.execute(select(calls.c.sid).where(calls.c.request_id.in_(ids))).scalars())
    sids += list(connection.execute(select(requests.c.call_sid).where(requests.c.id.in_(ids))).scalars())
    _erase(connection, set(sids), ids, now, erased)
    return bool(ids)


def _purge_calls(
    connection: Connection, before: datetime, listened_before: datetime, now: datetime, erased: Erased
) -> bool:
    """Calls of no request: what was recorded in them after `before`'s span, the call itself after listening's."""
    loose = select(recordings.c.call_sid).where(recordings.c.at < before)
    loose = loose.where(recordings.c.call_sid.not_in(select(calls.c.sid).where(calls.c.request_id.is_not(None))))
    old = select(calls.c.sid).where(calls.c.request_id.is_(None), calls.c.created < listened_before)
    sids = set(connection.execute(loose.limit(BATCH)).scalars()) | set(connection.execute(old.limit(BATCH)).scalars())
    _erase(connection, sids, [], now, erased)
    return bool(sids)


def _purge_rest(connection: Connection, before: datetime, listened_before: datetime, erased: Erased) -> None:
    erased.add("listened", connection.execute(delete(listened).where(listened.c.at < listened_before)).rowcount)
    erased.add("jobs", jobs_rows.forget(connection, before))
    erased.add("texts", texts_rows.forget(connection, before))
