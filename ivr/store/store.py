"""The store: every promise is one transaction, durable when its method returns, and the same when it is made again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Self

from sqlalchemy import Connection

from ivr.store import calls, jobs, places, queue, recordings, schema, texts, wordings
from ivr.store.engine import Database
from ivr.store.facts import Cursor, Listened, Recording, Request
from ivr.store.figures import Figures, figures
from ivr.store.hearing import Hearing
from ivr.store.jobs import Job, JobSeen, JobStatus
from ivr.store.places import Place
from ivr.store.seal import Seal
from ivr.store.spool import Spool
from ivr.store.texts import Caps, Delivery, TextAsked, TextMessage
from ivr.store.trouble import named_unavailable
from ivr.store.wordings import Wording


class Store(Hearing):
    """What the line remembers. Safe to share between threads and to carry over a fork.

    Every method raises StoreUnavailable when the database cannot do it in time; then nothing was promised. The next
    call tries again with a new connection, so the store mends itself when the database is back. Times are UTC.
    """

    @classmethod
    def open(cls, url: str, spool: Path | None = None, seal: Seal | None = None) -> Self:
        """The store at `sqlite:////…` or `postgresql://…`. Connects when first used; never makes a file or a schema.

        `spool` is the folder for promises that the database cannot take, `seal` what they are closed with there.
        Raises ValueError when `url` is no address of a database.
        """
        folder = Spool(spool, seal) if spool else None
        if folder:
            folder.make()
        return cls(Database(url), folder)

    @property
    def database(self) -> Database:
        """The database itself, for the parts of the store that staff use."""
        return self._database

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def check(self) -> None:
        """Raises StoreUnavailable unless promises can be kept now: reachable, writable, the right schema."""
        self._write(schema.check)

    def request_of(self, call_sid: str) -> Request | None:
        """The request that this call made or added to."""
        with self._reading() as connection:
            return queue.of_call(connection, call_sid)

    def by_reference(self, reference: str) -> Request | None:
        """The request of which a caller was told this reference."""
        with self._reading() as connection:
            return queue.by_reference(connection, reference)

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

    def listened(self, rows: Sequence[Listened], left: Sequence[Place] = (), told: Sequence[Wording] = ()) -> None:
        """Note what callers did, where they are in leaflets, and which words they were told, in one transaction."""

        def note(connection: Connection) -> None:
            if rows:
                calls.listened(connection, rows)
            if left:
                places.leave(connection, left)
            if told:
                wordings.add(connection, told)

        if rows or left or told:
            self._write(note)

    def left(self, mark: str, now: datetime) -> str:
        """Where this caller left off in a leaflet, as an encoded state; empty when they did not, or too long ago."""
        with named_unavailable():
            return places.of(self._database, mark, now)

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

    def figures(self, today: date, now: datetime) -> Figures:
        """How much there is to do, in numbers alone; `today` is London's."""
        with self._reading() as connection:
            return figures(connection, today, now)

    def enqueue(self, kind: str, key: str, payload: Mapping[str, str], now: datetime) -> bool:
        """Have a job done soon. False when there is one of that key. `payload` holds ids, never a number or a name."""
        return self._write(lambda connection: jobs.enqueue(connection, kind, key, payload, now))

    def claim_job(self, kinds: Collection[str], until: datetime, now: datetime) -> Job | None:
        """A job for this worker alone until then; None when nothing is due, which costs one read."""
        with self._reading() as connection:
            if not jobs.is_due(connection, kinds, now):
                return None
        return self._write(lambda connection: jobs.claim(connection, kinds, until, now))

    def renew_job(self, job: Job, until: datetime) -> bool:
        """Keep a job longer. False when another worker has it by now."""
        return self._write(lambda connection: jobs.renew(connection, job, until))

    def job_again(self, job: Job, due: datetime, trouble: str) -> bool:
        """Let a job be tried again from `due` on. False when another worker has it by now."""
        return self._write(lambda connection: jobs.again(connection, job, due, trouble))

    def job_ended(self, job: Job, status: Literal["done", "dead"], trouble: str, now: datetime) -> bool:
        """A job is done, or is given up. False when another worker has it by now."""
        return self._write(lambda connection: jobs.ended(connection, job, status, trouble, now))

    def jobs(self, status: JobStatus = "dead", limit: int = 50) -> list[JobSeen]:
        """Jobs of one status, the newest first; those that are dead wait for staff."""
        with self._reading() as connection:
            return jobs.of_status(connection, status, limit)

    def job_counts(self) -> dict[str, int]:
        """How many jobs there are of each status that occurs."""
        with self._reading() as connection:
            return jobs.counts(connection)

    def revive_job(self, job_id: str, now: datetime) -> bool:
        """Have a dead job tried again. False when it is not dead."""
        return self._write(lambda connection: jobs.revive(connection, job_id, now))

    def ask_text(self, asked: TextAsked, caps: Caps, now: datetime) -> bool:
        """Have a text sent: it and its job are stored together. False when that would be one too many for a day."""
        return self._write(lambda connection: texts.ask(connection, asked, caps, now))

    def text(self, text_id: str) -> TextMessage | None:
        """One text message."""
        with self._reading() as connection:
            return texts.by_id(connection, text_id)

    def text_sending(self, text_id: str, now: datetime) -> bool:
        """A text is about to be handed over; False when it is not queued."""
        return self._write(lambda connection: texts.sending(connection, text_id, now))

    def text_told(self, text_id: str, delivery: Delivery) -> None:
        """What became of a text."""
        self._write(lambda connection: texts.told(connection, text_id, delivery))

    def texts_known(self, sids: Collection[str]) -> frozenset[str]:
        """Which of these messages, by Twilio's id, belong to a text already."""
        with self._reading() as connection:
            return texts.known(connection, sids)

    def texts_troubled(self, limit: int = 50) -> list[TextMessage]:
        """Texts that were refused, or of which nobody knows whether they were sent; the newest first."""
        with self._reading() as connection:
            return texts.troubled(connection, limit)

    def forget_background(self, before: datetime) -> int:
        """Delete jobs that ended, and texts asked for, before then. How many."""
        return self._write(lambda connection: jobs.forget(connection, before) + texts.forget(connection, before))
