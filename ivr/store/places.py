"""Where callers left off in a leaflet, for ten minutes, by a keyed hash of their number."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, delete, select, text

from ivr.store.engine import Database
from ivr.store.quick import Statement
from ivr.store.tables import Utc, places

KEPT: Final = timedelta(minutes=10)
"""How long a caller whose call dropped may ring again and go on."""
_IN_HAND: Final = 512
"""Marks that a worker keeps: one is asked for in every turn of its call."""

_LEAVE: Final = Statement(
    text(
        "INSERT INTO places (mark, place, at) VALUES (:mark, :place, :at)"
        " ON CONFLICT (mark) DO UPDATE SET place = excluded.place, at = excluded.at WHERE excluded.at >= places.at"
    ).bindparams(bindparam("at", type_=Utc))
)
_FORGET: Final = delete(places).where(places.c.at <= bindparam("before", type_=Utc))
_LEFT: Final = Statement(
    select(places.c.place).where(places.c.mark == bindparam("marked"), places.c.at > bindparam("after", type_=Utc)),
    places.c.place,
)


class Marks:
    """Marks of numbers: the same number gives the same mark, and nobody without the key can find the number."""

    def __init__(self, secret: str) -> None:
        # Copied for each mark: unlike `hmac.digest` that lets no other thread in between, for whom a caller would wait.
        self._keyed: Final = hmac.new(secret.encode(), digestmod=hashlib.sha256)
        self._marked: Final = lru_cache(maxsize=_IN_HAND)(self._mark)

    def __call__(self, purpose: Literal["place", "text", "message"], number: str) -> str:
        """The mark of a number, or of a message, for one purpose; marks of two purposes cannot be held together."""
        return self._marked(purpose, number)

    def _mark(self, purpose: str, number: str) -> str:
        marking = self._keyed.copy()
        marking.update(f"{purpose} {number}".encode())
        return marking.hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller is: an encoded state, or nothing once they have moved on from the leaflet."""

    mark: str
    place: str
    at: datetime


def leave(connection: Connection, left: Sequence[Place]) -> None:
    """Note places, in any order: for each caller the latest counts. Those of more than ten minutes ago are deleted.

    A caller who has moved on is noted without a place, since another process may yet write an earlier one.
    """
    latest = max(one.at for one in left)
    _LEAVE.many(connection, [{"mark": one.mark, "place": one.place, "at": one.at} for one in left])
    connection.execute(_FORGET, {"before": latest - KEPT})


def of(database: Database, mark: str, now: datetime) -> str:
    """Where the caller left off within the last ten minutes; empty when they did not."""
    found = database.glance(_LEFT, {"marked": mark, "after": now - KEPT})
    return str(found["place"]) if found else ""
