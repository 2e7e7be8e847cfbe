"""Deleting what is kept of callers: for good, all of it, whatever table it is in; see `finding` for what there is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, or_, select

from ivr.store import finding, wordings
from ivr.store import jobs as jobs_rows
from ivr.store import notices as notices_rows
from ivr.store import sounds as sounds_rows
from ivr.store import texts as texts_rows
from ivr.store.audit import Deed
from ivr.store.counting import leave
from ivr.store.finding import Found
from ivr.store.gone import Stone
from ivr.store.part import Part
from ivr.store.places import Marks
from ivr.store.requests import INCOMPLETE, SHUT
from ivr.store.sounds import Sound
from ivr.store.staff_tables import drafts
from ivr.store.tables import calls, jobs, listened, places, recordings, requests, texts
from ivr.store.tables_kept import holds

BATCH: Final = 50
"""Requests, or calls, in one transaction: callers never wait long for the night's work."""
Noting = Callable[[Connection, Deed, datetime], object]


@dataclass(slots=True)
class Erased:
    """What was deleted: rows by table, and recordings, whose boxes are still to be removed.

    `in_log`: the database's own log may still hold some of it, until the next night.
    """

    counts: dict[str, int] = field(default_factory=dict)
    sounds: list[Sound] = field(default_factory=list)
    in_log: bool = False

    def add(self, table: str, number: int) -> None:
        """So many rows more."""
        if number:
            self.counts[table] = self.counts.get(table, 0) + number

    @property
    def told(self) -> dict[str, str]:
        """The counts as the log has them."""
        return {name: str(count) for name, count in sorted(self.counts.items())}


class Erasing(Part):
    """Raises StoreUnavailable as the store does. Everything may be stopped anywhere and done again."""

    def about(self, number: str, marks: Marks, *, held: bool = True) -> Found:
        """Everything that is kept about a number, in international form; without `held`, what `erase` deletes."""
        with self._reading() as connection:
            ids = finding.requests_of(connection, number, held=held)
            sids = finding.calls_of(connection, ids, number, held=held)
            rows = {table.name: finding.rows_of(connection, table, sids, ids) for table in finding.personal()}
            rows["places"] = finding.marked(connection, places, marks("place", number))
            rows["texts"] = finding.marked(connection, texts, marks("text", number)) or rows["texts"]
            heard = finding.sounds_of(connection, sids)
            told = wordings.told_to(connection, {row["notice"] for row in rows["requests"]})
            return Found(rows, tuple(heard), tuple(finding.held_of(connection, ids)), told)

    def erase(self, number: str, marks: Marks, now: datetime, note: Noting, who: str = "ivr") -> Erased:
        """Delete everything about a number, but for requests that are held; `note` tells the log, without it."""

        def work(connection: Connection) -> Erased:
            erased, ids = Erased(), finding.requests_of(connection, number, held=False)
            _erase(connection, finding.calls_of(connection, ids, number, held=False), ids, now, erased)
            for table, purpose in ((places, marks("place", number)), (texts, marks("text", number))):
                erased.add(table.name, connection.execute(delete(table).where(table.c.mark == purpose)).rowcount)
            note(connection, Deed(who, "number-erased", detail=erased.told), now)
            return erased

        return self._write(work)

    def numbers(self) -> list[str]:
        """Every number about which there is something."""
        ways = (requests.c.phone, calls.c.drafted, texts.c.number)
        with self._reading() as connection:
            found = {number for way in ways for number in connection.execute(select(way).distinct()).scalars()}
        return sorted(number for number in found if number)

    def erase_again(self, number: str, stone: Stone, now: datetime, note: Noting) -> Erased:
        """Delete again what had been deleted when a backup was put back: nothing that is younger, or was held then."""

        def work(connection: Connection) -> Erased:
            erased, ids = Erased(), finding.requests_then(connection, number, stone)
            sids = finding.calls_then(connection, ids, number, stone)
            _erase(connection, sids, ids, now, erased)
            if erased.counts:
                note(connection, Deed("ivr", "number-erased-again", detail=erased.told), now)
            return erased

        return self._write(work)

    def erase_marked(self, stone: Stone) -> int:
        """Delete again places and texts that hold no number any more. How many."""

        def work(connection: Connection) -> int:
            left = delete(places).where(places.c.mark == stone.place, places.c.at <= stone.at)
            sent = delete(texts).where(texts.c.mark == stone.text, texts.c.created <= stone.at)
            return connection.execute(left).rowcount + connection.execute(sent).rowcount

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

    def checkpoint(self) -> bool:
        """Have nothing of what was deleted in SQLite's log either. False when somebody who reads keeps that from it."""
        return self._database.checkpoint()

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


def _erase(connection: Connection, sids: Collection[str], ids: Collection[str], now: datetime, erased: Erased) -> None:
    """All of these calls and requests: rows here, boxes told to who asked, Twilio's copies by a job."""
    if not sids and not ids:
        return
    leave(connection, ids, now)
    theirs = connection.execute(select(recordings.c.sid).where(recordings.c.call_sid.in_(sids))).scalars().all()
    for sid in theirs:
        sounds_rows.delete_at_twilio(connection, sid, now)
    for sound in finding.sounds_of(connection, sids):
        sounds_rows.forget(connection, sound, now)
        erased.sounds.append(sound)
        erased.add("sounds", 1)
    keys = [f"{sounds_rows.FETCH}-{sid}" for sid in {*theirs, *(one.recording_sid for one in erased.sounds)}]
    connection.execute(delete(jobs).where(jobs.c.key.in_(keys)))
    for row in ids:
        erased.add("drafts", connection.execute(delete(drafts).where(drafts.c.path.contains(row))).rowcount)
    for table in finding.personal():
        erased.add(table.name, connection.execute(delete(table).where(finding.wanted(table, sids, ids))).rowcount)


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
    erased.add("notices", notices_rows.forget(connection, before))
