"""What callers are promised: in the database, or on disk for as long as the database cannot take it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection

from ivr.store import calls, recordings
from ivr.store.confirm import confirmed
from ivr.store.engine import Database
from ivr.store.facts import CallFacts, Kept, Spooled
from ivr.store.promised import Promised, keep
from ivr.store.spool import Spool
from ivr.store.trouble import StoreUnavailable, named_unavailable
from ivr.watching import count

_log: Final = logging.getLogger(__name__)
T = TypeVar("T")


class Keeping:
    """The part of the store that keeps promises, and reads back what one call has given.

    With a spool, what callers are promised (`wish` to `finished`) is kept on disk when the database cannot take it;
    only when that fails too do these raise StoreUnavailable. Such a promise is brought in by `take_in`.
    """

    def __init__(self, database: Database, spool: Spool | None = None) -> None:
        self._database = database
        self._spool = spool

    def wish(self, call: CallFacts, now: datetime) -> None:
        """The caller wants to be rung: an incomplete request with the number the call comes from."""
        self._promise(Promised(what="wish", call=call, at=now))

    def draft(self, call: CallFacts, number: str, now: datetime) -> None:
        """A keyed number, not yet confirmed; it takes the place of an earlier one."""
        self._promise(Promised(what="draft", call=call, at=now, number=number))

    def confirm(self, call: CallFacts, number: str | None, due: date, now: datetime, known: str = "") -> Kept:
        """Promise a call to `number`, or to the one keyed before, by the end of `due`. Raises LookupError without one.

        A number that was promised a call in another call of the last 24 hours keeps that reference and that day.
        `known` is the reference that this call has heard already, if any.
        """
        return self._promise(Promised(what="confirm", call=call, at=now, number=number, due=due), known)

    def improve(self, call: CallFacts, field: str, value: str, now: datetime) -> None:
        """One more answer for the call's request. Raises LookupError without one, or for an unknown field."""
        self._promise(Promised(what="improve", call=call, at=now, field=field, value=value))

    def message(self, call: CallFacts, recording_sid: str | None, seconds: int, now: datetime) -> None:
        """A spoken message of so many seconds; its audio may be known before or after."""
        self._promise(Promised(what="message", call=call, at=now, recording=recording_sid or "", seconds=seconds))

    def finished(self, call: CallFacts, now: datetime) -> None:
        """The caller has heard the reference. Raises LookupError when the call has no request."""
        self._promise(Promised(what="finished", call=call, at=now))

    def take_in(self, now: datetime) -> int:
        """Bring promises from the spool into the database, each once. How many. Raises StoreUnavailable."""
        taken = self._on_disk(lambda spool: spool.take_in(self._keep, now)) or 0
        if taken:
            count("promises_taken_in", times=taken)
        return taken

    def bring_back(self) -> int:
        """Have promises that were put aside tried again. How many. Raises StoreUnavailable."""
        return self._on_disk(Spool.bring_back) or 0

    def spooled(self) -> Spooled:
        """What is on disk, waiting for the database. Raises StoreUnavailable when that cannot be known."""
        return self._on_disk(Spool.counts) or Spooled()

    def check_spool(self) -> None:
        """Raises StoreUnavailable unless promises can be kept on disk now, whatever the database does."""
        if self._spool is None:
            raise StoreUnavailable("there is no folder for promises")
        self._spool.check()

    def number_of(self, call_sid: str) -> str | None:
        """The number to read back to this caller."""
        if number := self._on_disk(lambda spool: spool.number_of(call_sid)):
            return number
        with self._reading() as connection:
            return calls.number_of(connection, call_sid)

    def last_turn(self, call_sid: str) -> int:
        """The last turn at which this call was promised anything; 0 when it never was."""
        kept = self._on_disk(lambda spool: spool.last_turn(call_sid)) or 0
        with self._reading() as connection:
            return max(kept, calls.last_turn(connection, call_sid))

    def recording_of(self, call_sid: str) -> str | None:
        """The id of the last message that this call left, None as long as it is not known."""
        if sid := self._on_disk(lambda spool: spool.recording_of(call_sid)):
            return sid
        with self._reading() as connection:
            return recordings.last_of(connection, call_sid)

    def _on_disk(self, ask: Callable[[Spool], T]) -> T | None:
        """What the folder of promises says; None where there is no such folder. Raises StoreUnavailable."""
        with named_unavailable():
            return ask(self._spool) if self._spool else None

    def _promise(self, promised: Promised, known: str = "") -> Kept:
        """In the database; or on disk when it cannot take it, or when an earlier promise of this call is there."""
        spool = self._spool
        if spool is None:
            return self._keep(promised)
        if not spool.holds(promised.call.call_sid):
            try:
                return self._keep(promised)
            except StoreUnavailable as trouble:
                _log.error("the database cannot take a promise (%s): it is kept on disk", trouble)
        if told := self._told(spool, promised):
            return told
        kept = spool.put(promised, known)
        count("promises_spooled")
        return kept

    def _told(self, spool: Spool, promised: Promised) -> Kept | None:
        """What the caller was told of the same promise when the database took it, though it takes nothing now.

        A file can be read while it is locked or full; a server that does not answer would keep the caller waiting.
        """
        again = promised.what == "confirm" and not spool.holds(promised.call.call_sid, promised.key)
        if again and self._database.is_file:
            number = promised.number or spool.keyed(promised.call.call_sid)
            with suppress(StoreUnavailable), self._reading() as connection:
                return confirmed(connection, promised.call, number)
        return None

    def _keep(self, promised: Promised) -> Kept:
        return self._write(lambda connection: keep(connection, promised))

    def _write(self, work: Callable[[Connection], T]) -> T:
        return self._database.together.write(work)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with named_unavailable(), self._database.reading() as connection:
            yield connection
