"""How often somebody may try: counted in the database, so that every worker counts together. Slower, never locked."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from ivr.store.engine import Database
from ivr.store.part import Part
from ivr.store.staff_tables import sign_in_tries

WITHIN: Final = timedelta(minutes=5)
"""The time in which tries are counted; after it each is forgotten."""


class Throttle(Part):
    """Counts tries at places: an account, an address, a device. What they are is known only as a keyed hash."""

    def __init__(self, database: Database, key: str) -> None:
        super().__init__(database)
        self._key: Final = key.encode()

    def take(self, most: Mapping[str, int], now: datetime) -> str | None:
        """Take one try at each of these places; its id. None, and nothing taken, where one had as many already.

        Taken before the password is looked at, so that a thousand guesses at once are no more than a few.
        """
        try_id, marks = secrets.token_hex(8), {self._mark(place): number for place, number in most.items()}

        def work(connection: Connection) -> str | None:
            connection.execute(delete(sign_in_tries).where(sign_in_tries.c.at <= now - WITHIN))
            taken = _taken(connection, list(marks))
            if any(taken.get(mark, 0) >= number for mark, number in marks.items()):
                return None
            connection.execute(insert(sign_in_tries), [{"try_id": try_id, "place": mark, "at": now} for mark in marks])
            return try_id

        return self._write(work)

    def give_back(self, try_id: str) -> None:
        """A try that succeeded does not count."""
        self._write(
            lambda connection: connection.execute(delete(sign_in_tries).where(sign_in_tries.c.try_id == try_id))
        )

    def _mark(self, place: str) -> str:
        return hmac.new(self._key, b"try " + place.encode(), hashlib.sha256).hexdigest()[:32]


def _taken(connection: Connection, marks: list[str]) -> dict[str, int]:
    counted = select(sign_in_tries.c.place, func.count()).where(sign_in_tries.c.place.in_(marks))
    return {row[0]: row[1] for row in connection.execute(counted.group_by(sign_in_tries.c.place))}
