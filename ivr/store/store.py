"""The store: every promise is one transaction, durable when its method returns, and the same when it is made again."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Self, TypeVar

from sqlalchemy import Connection

from ivr.store import calls, queue, recordings, requests, schema
from ivr.store.confirm import confirm
from ivr.store.engine import Database
from ivr.store.facts import CallFacts, Cursor, Kept, Listened, Recording, Request
from ivr.store.trouble import named_unavailable

T = TypeVar("T")


class Store:
    """What the line remembers. Safe to share between threads and to carry over a fork.

    Every method raises StoreUnavailable when the database cannot do it in time; then nothing was promised. The next
    call tries again with a new connection, so the store mends itself when the database is back. Times are UTC.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str) -> Self:
        """The store at `sqlite:////…` or `postgresql://…`. Connects when first used; never makes a file or a schema.

        Raises ValueError when `url` is no address of a database.
        """
        return cls(Database(url))

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def check(self) -> None:
        """Raises StoreUnavailable unless promises can be kept now: reachable, writable, the right schema."""
        self._write(schema.check)

    def wish(self, call: CallFacts, now: datetime) -> None:
        """The caller wants to be rung: an incomplete request with the number the call comes from."""
        self._write(lambda connection: requests.wish(connection, call, now))

    def draft(self, call: CallFacts, number: str, now: datetime) -> None:
        """A keyed number, not yet confirmed; it takes the place of an earlier one."""
        self._write(lambda connection: requests.draft(connection, call, number, now))

    def confirm(self, call: CallFacts, number: str | None, due: date, now: datetime) -> Kept:
        """Promise a call to `number`, or to the one keyed before, by the end of `due`. Raises LookupError without one.

        A number that was promised a call in another call of the last 24 hours keeps that reference and that day.
        """
        return self._write(lambda connection: confirm(connection, call, number, due, now))

    def improve(self, call: CallFacts, field: str, value: str, now: datetime) -> None:
        """One more answer for the call's request. Raises LookupError without one, or for an unknown field."""
        self._write(lambda connection: requests.improve(connection, call, field, value, now))

    def message(self, call: CallFacts, recording_sid: str | None, seconds: int, now: datetime) -> None:
        """A spoken message of so many seconds; its audio may be known before or after."""
        spoken = (recording_sid or "", seconds)
        self._write(lambda connection: requests.message(connection, call, spoken, now))

    def finished(self, call: CallFacts, now: datetime) -> None:
        """The caller has heard the reference. Raises LookupError when the call has no request."""
        self._write(lambda connection: requests.finished(connection, call, now))

    def number_of(self, call_sid: str) -> str | None:
        """The number to read back to this caller."""
        with self._reading() as connection:
            return calls.number_of(connection, call_sid)

    def request_of(self, call_sid: str) -> Request | None:
        """The request that this call made or added to."""
        with self._reading() as connection:
            return queue.of_call(connection, call_sid)

    def recording_of(self, call_sid: str) -> str | None:
        """The id of the last message that this call left, None as long as it is not known."""
        with self._reading() as connection:
            return recordings.last_of(connection, call_sid)

    def call_status(
        self, call_sid: str, status: str, duration: int | None, sequence: int | None, now: datetime
    ) -> None:
        """What Twilio says of a call: any order, any number of times, calls not seen before too."""
        counts = (-1 if duration is None else duration, -1 if sequence is None else sequence)
        self._write(lambda connection: calls.status(connection, call_sid, status, counts, now))

    def recording_status(
        self,
        recording_sid: str,
        call_sid: str,
        status: str,
        seconds: int | None,
        error: int | None,
        now: datetime,
    ) -> None:
        """What Twilio says of a recording: completed, failed or absent; any order, any number of times."""
        told = Recording(recording_sid, seconds or 0, status, call_sid, error or 0)
        self._write(lambda connection: recordings.told(connection, told, now))

    def listened(self, rows: Sequence[Listened]) -> None:
        """Note what callers did, all in one transaction."""
        if rows:
            self._write(lambda connection: calls.listened(connection, rows))

    def queue(
        self, status: Collection[str] | None = None, after: Cursor | None = None, limit: int = 50
    ) -> list[Request]:
        """A page of requests, those due first at the top, those nothing was promised to at the end.

        `status` None means all; `after` is the `cursor` of the last request of the page before.
        """
        with self._reading() as connection:
            return queue.page(connection, status, after, limit)

    def request(self, request_id: str) -> Request | None:
        """One request by its id."""
        with self._reading() as connection:
            return queue.by_id(connection, request_id)

    def orphans(self, limit: int = 50) -> list[Recording]:
        """Recordings of calls that have no request, the oldest first."""
        with self._reading() as connection:
            return recordings.orphans(connection, limit)

    def counts(self) -> dict[str, int]:
        """How many requests there are of each status that occurs."""
        with self._reading() as connection:
            return queue.counts(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        return self._database.together.write(work)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with named_unavailable(), self._database.reading() as connection:
            yield connection
