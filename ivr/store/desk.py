"""Staff's side of the store: the queue as they read it, and their work on it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Connection, RowMapping, select

from ivr.store import listing, wordings, working
from ivr.store.audit import Deed
from ivr.store.engine import Database
from ivr.store.facts import Request
from ivr.store.listing import Counts, Listed, Spot, Standing, Wanted
from ivr.store.outcomes import Disposition, OutcomeId
from ivr.store.part import Part
from ivr.store.renewing import renew
from ivr.store.staff_tables import accounts
from ivr.store.tables import calls as calls_table
from ivr.store.tables import listened
from ivr.store.wordings import Wording
from ivr.store.work_tables import work
from ivr.store.working import DialCaps, Doing, Next, Refused

CLAIM_MINUTES: Final = 30
Noting = Callable[[Connection, Deed, datetime], object]
"""Adds to the log of what staff did, in the transaction in which it is done: see `Audit.note`."""


class Words(Protocol):
    """Seals what staff type, and opens it again; `context` ties it to its request."""

    def close_words(self, words: str, context: str) -> str:
        """Words as they are stored."""

    def open_words(self, box: str, context: str) -> str:
        """Words again. Raises ValueError for what this key did not close."""


@dataclass(frozen=True, slots=True)
class Did:
    """One thing done about a request. `words` is None when they cannot be opened."""

    kind: str
    outcome: str
    about: str
    words: str | None
    staff: str
    at: datetime


def note_nothing(*_: object) -> None:
    """Where nothing is audited: in tests of the store."""


class Desk(Part):
    """The queue and the work on it. Raises StoreUnavailable as the store does; what it writes is durable and done once.

    Methods that change something return why nothing was done, or nothing: see `Refused`.
    """

    def __init__(
        self, database: Database, words: Words, noting: Noting = note_nothing, claim_minutes: int = CLAIM_MINUTES
    ) -> None:
        super().__init__(database)
        self._words: Final = words
        self._noting: Final = noting
        self._claim: Final = timedelta(minutes=claim_minutes)

    def page(self, wanted: Wanted, spot: Spot | None = None, limit: int = 25, *, back: bool = False) -> Listed:
        """A page of the queue."""
        with self._reading() as connection:
            return listing.page(connection, wanted, spot, limit, back=back)

    def counts(self, wanted: Wanted, staff: str) -> Counts:
        """How many there are of what staff look at first."""
        with self._reading() as connection:
            return listing.counts(connection, wanted, staff)

    def search(self, text: str, now: datetime) -> tuple[Standing, ...]:
        """Requests of a reference, a number or the last digits of one."""
        with self._reading() as connection:
            return listing.search(connection, text, now)

    def one(self, request_id: str, now: datetime) -> Standing | None:
        """One request."""
        with self._reading() as connection:
            return listing.one(connection, request_id, now)

    def earlier(self, request: Request, now: datetime) -> tuple[Standing, ...]:
        """Other requests of the same number."""
        with self._reading() as connection:
            return listing.earlier(connection, request, now)

    def history(self, request_id: str, limit: int = 200) -> tuple[Did, ...]:
        """What was done about a request, the latest first."""
        query = select(work).where(work.c.request_id == request_id).order_by(work.c.step.desc())
        with self._reading() as connection:
            return tuple(self._did(row) for row in connection.execute(query.limit(limit)).mappings())

    def heard(self, request_id: str) -> tuple[str, ...]:
        """The nodes whose words the calls of a request heard, each once, in order."""
        of_calls = select(calls_table.c.sid).where(calls_table.c.request_id == request_id)
        query = select(listened.c.node).where(listened.c.call_sid.in_(of_calls)).order_by(listened.c.at, listened.c.id)
        with self._reading() as connection:
            return tuple(dict.fromkeys(connection.execute(query.limit(500)).scalars()))

    def told(self, request: Request) -> Wording | None:
        """The privacy notice as the caller of a request was told it; None where its words are not kept."""
        with self._reading() as connection:
            return wordings.told_to(connection, {request.notice}).get(request.notice) if request.notice else None

    def names(self, staff: Collection[str]) -> dict[str, str]:
        """What these accounts are called; one that is gone is left out."""
        query = select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(staff))
        with self._reading() as connection:
            return {row.id: row.name for row in connection.execute(query)}

    def tried_enough(self, standing: Standing) -> bool:
        """Whether it may be closed as not reached."""
        with self._reading() as connection:
            return working.tried_enough(connection, standing.request.id, standing.closed)

    def claim(self, doing: Doing, now: datetime) -> Refused:
        """Take it, or keep it longer. Of many at once, one has it; the others are refused: taken."""
        return self._do(
            "claimed", doing, now, lambda connection: working.claim(connection, doing, self._until(now), now)
        )

    def renew(self, request_id: str, staff: str, now: datetime) -> datetime | None:
        """Keep a claim longer; until when. None when it has lapsed or was given up. No page becomes stale by it."""
        kept = self._write(lambda one: renew(one, request_id, staff, self._until(now), now))
        return self._until(now) if kept else None

    def release(self, doing: Doing, now: datetime) -> Refused:
        """Give it back."""
        return self._do("released", doing, now, lambda connection: working.release(connection, doing, now))

    def attempt(self, doing: Doing, came: tuple[OutcomeId, str], again: Next, now: datetime) -> Refused:
        """Log one try to reach the caller."""
        if self._said_last(doing, "attempt", came[0], came[1]):
            return ""
        sealed = (came[0], self._sealed(came[1], doing))
        return self._do("tried", doing, now, lambda one: working.attempt(one, doing, sealed, again, now))

    def note(self, doing: Doing, words: str, now: datetime) -> Refused:
        """Leave words for whoever works on it next; nobody's claim is needed."""
        if self._said_last(doing, "note", "", words):
            return ""
        sealed = self._sealed(words, doing)
        return self._do("noted", doing, now, lambda one: working.note(one, doing, sealed, self._until(now), now))

    def transcript(self, doing: Doing, recording_sid: str, words: str, now: datetime) -> Refused:
        """Type what a recording says."""
        typed = (recording_sid, self._sealed(words, doing))
        return self._do(
            "transcribed", doing, now, lambda one: working.transcript(one, doing, typed, self._until(now), now)
        )

    def close(self, doing: Doing, said: tuple[Disposition, str], now: datetime) -> Refused:
        """Close it."""
        sealed = (said[0], self._sealed(said[1], doing))
        return self._do("closed", doing, now, lambda connection: working.close(connection, doing, sealed, now))

    def reopen(self, doing: Doing, now: datetime) -> Refused:
        """Take back that it was closed."""
        return self._do("reopened", doing, now, lambda connection: working.reopen(connection, doing, now))

    def dial(self, doing: Doing, caps: DialCaps, now: datetime) -> Refused:
        """Note that a call is about to be asked for: before it is, so that it is never asked for twice."""
        return self._do("dialled", doing, now, lambda one: working.dial(one, doing, caps, self._until(now), now))

    def was_sent(self, form: str) -> bool:
        """Whether a form was taken already."""
        with self._reading() as connection:
            return working.sent(connection, form)

    def number_to_ring(self, form: str, now: datetime) -> str:
        """The number to be rung for a call asked for within ten minutes, by whom has the request still; or empty."""
        with self._reading() as connection:
            return working.number_to_ring(connection, form, now)

    def dial_told(self, form: str, came_to: str, sid: str) -> None:
        """Note what became of a call that was asked for."""
        self._write(lambda connection: working.dial_told(connection, form, came_to, sid))

    def _do(self, what: str, doing: Doing, now: datetime, work: Callable[[Connection], Refused]) -> Refused:
        def done(connection: Connection) -> Refused:
            again = working.sent(connection, doing.form)
            refused = work(connection)
            if not refused and not again:
                self._noting(connection, Deed(doing.staff, f"request-{what}", f"request:{doing.request_id}"), now)
            return refused

        return self._write(done)

    def _said_last(self, doing: Doing, kind: str, outcome: str, words: str) -> bool:
        """Whether the last thing done is the same, by the same: sent again from a page that was gone back to."""
        last = next(iter(self.history(doing.request_id, 1)), None) if words else None
        return last is not None and (last.kind, last.outcome, last.words, last.staff) == (
            kind,
            outcome,
            words,
            doing.staff,
        )

    def _until(self, now: datetime) -> datetime:
        return now + self._claim

    def _sealed(self, words: str, doing: Doing) -> str:
        return self._words.close_words(words, f"work {doing.request_id}") if words else ""

    def _did(self, row: RowMapping) -> Did:
        words: str | None = ""
        if row["words"]:
            try:
                words = self._words.open_words(row["words"], f"work {row['request_id']}")
            except ValueError:
                words = None
        return Did(row["kind"], row["outcome"], row["about"], words, row["staff"], row["at"])
