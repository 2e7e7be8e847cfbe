"""Who is signed in: a row here and a word in a cookie. It can be ended at any time, for everybody at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from ivr.store.part import Part
from ivr.store.staff_tables import accounts, staff_sessions

Stage = Literal["password", "full"]
"""How far somebody is: the password was right, or the second step too."""
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
KEPT: Final = timedelta(days=1)
"""How long an ended session is known, so that what was typed in it can be given back to its person."""
FRESH: Final = timedelta(seconds=30)
"""A session seen within this time is not noted again: most pages write nothing."""
MOST_TRIES: Final = 5
"""Wrong codes after which the password is asked for again."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session and its person as they are now."""

    id: str
    account_id: str
    name: str
    role: str
    status: str
    stage: Stage
    tries: int
    created: datetime
    seen: datetime
    ended: datetime | None
    browser: str

    def ends(self) -> datetime:
        """When it ends if nothing more is asked for."""
        return min(self.seen + IDLE, self.created + LONGEST)

    def lives(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.ended is None and self.status in {"active", "rehearsal"} and now < self.ends()


class Sessions(Part):
    """The sessions. Raises StoreUnavailable when the database is away: then nobody is signed in."""

    def begin(self, account_id: str, stage: Stage, now: datetime, instead: str = "", browser: str = "") -> str:
        """A new session; the word for its cookie. It takes the place of the session of the word `instead`.

        `browser` is what it is called, for its person to know it by.
        """
        word = secrets.token_urlsafe(32)

        def work(connection: Connection) -> None:
            if instead:
                _end(connection, instead, now)
            row = {"id": _hashed(word), "account_id": account_id, "stage": stage, "created": now, "seen": now}
            connection.execute(insert(staff_sessions).values(**row, browser=browser))
            connection.execute(delete(staff_sessions).where(staff_sessions.c.seen < now - LONGEST - KEPT))
            if stage == "full":
                connection.execute(update(accounts).where(accounts.c.id == account_id).values(signed_in=now))

        self._write(work)
        return word

    def of(self, word: str) -> Session | None:
        """The session of this word, whether it lives or not."""
        with self._reading() as connection:
            return next(iter(_sessions(connection, staff_sessions.c.id == _hashed(word))), None)

    def alive(self, account_id: str, now: datetime) -> list[Session]:
        """The sessions in which a person is signed in, the one seen last first."""
        with self._reading() as connection:
            found = _sessions(connection, staff_sessions.c.account_id == account_id)
        there = [one for one in found if one.stage == "full" and one.lives(now)]
        return sorted(there, key=lambda one: (one.seen, one.id), reverse=True)

    def end_others(self, session: Session, now: datetime) -> int:
        """End every session of a person but this one. How many."""
        mine = (staff_sessions.c.account_id == session.account_id) & staff_sessions.c.ended.is_(None)
        others = update(staff_sessions).where(mine, staff_sessions.c.id != session.id).values(ended=now)
        return self._write(lambda connection: connection.execute(others).rowcount)

    def seen(self, session: Session, now: datetime) -> datetime:
        """Note that its person is there; when it ends now."""
        if now - session.seen < FRESH:
            return session.ends()
        mine = (staff_sessions.c.id == session.id) & staff_sessions.c.ended.is_(None)
        self._write(lambda connection: connection.execute(update(staff_sessions).where(mine).values(seen=now)))
        return min(now + IDLE, session.created + LONGEST)

    def wrong_code(self, session: Session, now: datetime) -> int:
        """Count a wrong code; how many more may be tried. At none the session has ended."""

        def work(connection: Connection) -> int:
            mine = staff_sessions.c.id == session.id
            connection.execute(update(staff_sessions).where(mine).values(tries=staff_sessions.c.tries + 1))
            tries: int = connection.execute(select(staff_sessions.c.tries).where(mine)).scalar_one()
            if tries >= MOST_TRIES:
                connection.execute(update(staff_sessions).where(mine).values(ended=now))
            return max(0, MOST_TRIES - tries)

        return self._write(work)

    def end(self, word: str, now: datetime) -> None:
        """End one session."""
        self._write(lambda connection: _end(connection, word, now))

    def end_all(self, account_id: str, now: datetime) -> None:
        """End every session of a person."""
        self._write(lambda connection: end_all(connection, account_id, now))


def _sessions(connection: Connection, condition: ColumnElement[bool]) -> list[Session]:
    columns = [staff_sessions.c[name] for name in Session.__slots__ if name in staff_sessions.c]
    who = [accounts.c.name, accounts.c.role, accounts.c.status]
    found = connection.execute(select(*columns, *who).join(accounts).where(condition))
    return [Session(**row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name


def end_all(connection: Connection, account_id: str, now: datetime) -> None:
    """End every session of a person, within a transaction."""
    mine = (staff_sessions.c.account_id == account_id) & staff_sessions.c.ended.is_(None)
    connection.execute(update(staff_sessions).where(mine).values(ended=now))


def _end(connection: Connection, word: str, now: datetime) -> None:
    mine = (staff_sessions.c.id == _hashed(word)) & staff_sessions.c.ended.is_(None)
    connection.execute(update(staff_sessions).where(mine).values(ended=now))


def _hashed(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
