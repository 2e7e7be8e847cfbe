"""The log of what staff did: only ever added to, each entry sealed to the one before with a key outside the database.

Who changes, removes, adds or reorders an entry without the key breaks a seal, and `verify` names the place. The end is
sealed too, so that a log cannot be cut short unnoticed, unless the cutter also kept an older copy of that one row; who
wants to know of that as well notes the number and the seal of the last entry now and then, on paper. Where the oldest
entries have been kept long enough, a sealed beginning takes their place: the rest goes on from it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ivr.store.deeds import Deed, Entry, Filters, LogChangedError, Verified
from ivr.store.engine import Database
from ivr.store.part import Part
from ivr.store.staff_tables import audit, audit_end, audit_start

__all__ = ["Audit", "Deed", "Entry", "Filters", "LogChangedError", "Verified"]

_ONE: Final = 1
_BATCH: Final = 1000
BEFORE_ALL: Final = ""
_Row = Row[tuple[object, ...]]


class Audit(Part):
    """The log. `keys`: the key in use first, in hexadecimal; the others are those with which older entries were sealed.

    `note` belongs in the transaction of what it tells of, so that nothing is done without its entry and none is made
    up. Writers take turns on both databases, which keeps the chain whole.
    """

    def __init__(self, database: Database, keys: Sequence[str]) -> None:
        super().__init__(database)
        derived = [_derived(key) for key in keys]
        self._keys: Final = dict(derived)
        self._current: Final = derived[0][0]

    def note(self, connection: Connection, deed: Deed, now: datetime) -> int:
        """Add an entry within a transaction that writes; its number."""
        end = connection.execute(select(audit_end.c.number).where(audit_end.c.id == _ONE)).scalar()
        before = self._seal_of(connection, end or 0)
        number, at = (end or 0) + 1, now.astimezone(UTC)
        text = _canonical(number, at, deed, self._current)
        seal = self._sealed(self._current, before + text)
        row = {"who": deed.who, "what": deed.what, "about": deed.about, "detail": _json(dict(deed.detail))}
        connection.execute(insert(audit).values(number=number, at=at, key_id=self._current, seal=seal, **row))
        last = {"number": number, "key_id": self._current, "seal": self._sealed(self._current, _end(number, seal))}
        if end is None:
            connection.execute(insert(audit_end).values(id=_ONE, **last))
        else:
            connection.execute(update(audit_end).where(audit_end.c.id == _ONE).values(**last))
        return number

    def add(self, deed: Deed, now: datetime) -> int:
        """Add an entry in a transaction of its own; its number. Raises StoreUnavailable."""
        return self._write(lambda connection: self.note(connection, deed, now))

    def page(self, filters: Filters | None = None, below: int | None = None, limit: int = 50) -> list[Entry]:
        """Entries, the newest first; `below` is the number of the last one of the page before."""
        wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
        for name in ("who", "what", "about"):
            if value := getattr(filters or Filters(), name):
                wanted = wanted.where(audit.c[name] == value)
        if filters and filters.since:
            wanted = wanted.where(audit.c.at >= filters.since)
        if filters and filters.before:
            wanted = wanted.where(audit.c.at < filters.before)
        if below is not None:
            wanted = wanted.where(audit.c.number < below)
        with self._reading() as connection:
            return [_entry(row) for row in connection.execute(wanted)]

    def deeds(self) -> list[str]:
        """Every `what` that occurs."""
        with self._reading() as connection:
            return list(connection.execute(select(audit.c.what).distinct().order_by(audit.c.what)).scalars())

    def verify(self) -> Verified:
        """Look at every seal, from the first to the end, a batch at a time. What is added meanwhile is not looked at.

        What is pruned meanwhile is not missed: the beginning that takes its place is sealed, and the rest goes on from
        there. When all that was to be looked at is gone, what came after it is looked at.
        """
        end, newest = self._ends()
        number, seal, first = 0, BEFORE_ALL, 1
        for start, rows in self._batches(newest):
            if trouble := self._wrong_start(start):
                return Verified(number, trouble, seal, first)
            if start and start.number > newest:
                return self.verify()
            if start and start.number > number:
                number, seal, first = start.number, start.last, start.number + 1
            for row in rows:
                if trouble := self._wrong(row, number + 1, seal):
                    return Verified(number, trouble, seal, first)
                number, seal = row.number, row.seal
        return Verified(number, self._wrong_end(end, number, seal), seal, first)

    def prune(self, before: datetime, now: datetime) -> int:
        """Let entries from before then go; how many. None does from a log that is not whole: it stays to be looked at.

        Raises LogChangedError for that.
        """
        found = self.verify()
        if not found.whole:
            raise LogChangedError(found.trouble)
        last = self._last_old(found, before)
        if last < found.first:
            return 0
        self.add(Deed("ivr", "log-pruned", detail={"through": str(last)}), now)
        while self._write(lambda connection: self._prune(connection, last)):
            continue
        return last - found.first + 1

    def _prune(self, connection: Connection, last: int) -> bool:
        """Move the beginning on by one batch at most, with its seal first: the database lets nothing else go."""
        start = connection.execute(select(audit_start.c.number)).scalar() or 0
        number = min(start + _BATCH, last)
        if number <= start:
            return False
        seal = self._seal_of(connection, number)
        row = {"number": number, "last": seal, "key_id": self._current}
        row["seal"] = self._sealed(self._current, _start(number, seal))
        connection.execute(delete(audit_start))
        connection.execute(insert(audit_start).values(id=_ONE, **row))
        connection.execute(delete(audit).where(audit.c.number <= number))
        return True

    def _last_old(self, found: Verified, before: datetime) -> int:
        """The number of the last entry before the first one that is to stay."""
        for number in range(found.first, found.entries + 1, _BATCH):
            within = audit.c.number.between(number, min(number + _BATCH - 1, found.entries))
            young = select(func.min(audit.c.number)).where(within, audit.c.at >= before)
            with self._reading() as connection:
                if first := connection.execute(young).scalar():
                    return int(first) - 1
        return found.entries

    def _ends(self) -> tuple[_Row | None, int]:
        """The sealed end, and the highest number that anything in the log has, at the same moment."""
        with self._reading() as connection:
            _as_one_moment(connection)
            end = connection.execute(select(audit_end)).one_or_none()
            last, begun = (
                connection.execute(select(func.max(one.c.number))).scalar() or 0 for one in (audit, audit_start)
            )
            return end, max(end.number if end else 0, last, begun)

    def _batches(self, newest: int) -> Iterator[tuple[_Row | None, Sequence[_Row]]]:
        """Entries up to a number, some at a time, and the beginning at the same moment; at least one batch.

        Each is a reading of its own, which is over before its seals are looked at: no reading of a log takes long.
        """
        after = 0
        while True:
            wanted = select(audit).where(audit.c.number > after, audit.c.number <= newest)
            with self._reading() as connection:
                _as_one_moment(connection)
                start = connection.execute(select(audit_start)).one_or_none()
                rows = connection.execute(wanted.order_by(audit.c.number).limit(_BATCH)).all()
            yield start, rows
            if len(rows) < _BATCH:
                return
            after = rows[-1].number

    def _wrong(self, row: _Row, number: int, before: str) -> str:
        """What is wrong with an entry, or nothing."""
        if row.number < number:
            return f"Entry {row.number} was put there later."
        if row.number > number:
            return f"Entry {number} is missing."
        if row.key_id not in self._keys:
            return f"Entry {number} was sealed with a key that is not set: add it to ENCRYPTION_KEY_OLD."
        text = before + _canonical(number, row.at, _entry(row).deed, row.key_id)
        if not hmac.compare_digest(row.seal, self._sealed(row.key_id, text)):
            return f"Entry {number} was changed, put there later, or stands in another's place."
        return ""

    def _wrong_start(self, start: _Row | None) -> str:
        if start is None:
            return ""
        if start.key_id not in self._keys:
            return "The beginning was sealed with a key that is not set: add it to ENCRYPTION_KEY_OLD."
        right = hmac.compare_digest(start.seal, self._sealed(start.key_id, _start(start.number, start.last)))
        return "" if right else "The beginning of the log was changed."

    def _wrong_end(self, end: _Row | None, number: int, seal: str) -> str:
        if end is None:
            return "The end of the log is missing." if number else ""
        if end.number > number:
            return f"The log ends at entry {number}, and {end.number - number} after it are missing."
        if end.key_id not in self._keys:
            return "The end was sealed with a key that is not set: add it to ENCRYPTION_KEY_OLD."
        right = end.number == number and hmac.compare_digest(end.seal, self._sealed(end.key_id, _end(number, seal)))
        return "" if right else "The end of the log was changed."

    def _seal_of(self, connection: Connection, number: int) -> str:
        found = connection.execute(select(audit.c.seal).where(audit.c.number == number)).scalar()
        return found or BEFORE_ALL

    def _sealed(self, key_id: str, text: str) -> str:
        return hmac.new(self._keys[key_id], text.encode(), hashlib.sha256).hexdigest()


def _as_one_moment(connection: Connection) -> None:
    """Have everything read as it was at one moment, as SQLite does by itself: what is added meanwhile is not seen."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")


def _derived(key: str) -> tuple[str, bytes]:
    """A key for this log alone, and the id by which it is known; neither leads back to the key that was set."""
    secret = hmac.new(bytes.fromhex(key), b"plainline audit", hashlib.sha256).digest()
    return hashlib.sha256(b"plainline audit key id" + secret).hexdigest()[:16], secret


def _canonical(number: int, at: datetime, deed: Deed, key_id: str) -> str:
    """One spelling of an entry, whichever database it comes from: nothing in it can run into what stands beside it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _json([number, moment, deed.who, deed.what, deed.about, dict(deed.detail), key_id])


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _end(number: int, seal: str) -> str:
    return _json(["end", number, seal])


def _start(number: int, seal: str) -> str:
    return _json(["start", number, seal])


def _entry(row: _Row) -> Entry:
    try:
        detail = json.loads(row.detail)
    except ValueError:
        detail = {"damaged": row.detail}
    deed = Deed(row.who, row.what, row.about, detail if isinstance(detail, dict) else {"damaged": row.detail})
    return Entry(row.number, row.at, deed, row.seal)
