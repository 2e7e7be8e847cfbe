"""Open requests of one number that stand beside each other in the queue: two members of staff may ring one family."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select, union_all

from ivr.store.facts import Request
from ivr.store.part import Part
from ivr.store.requests import OPEN
from ivr.store.tables import requests

LOOKED: Final = 20
"""The newest requests of a number that are looked at, so that one which rings all the time costs no more."""
NUMBERS: Final = 100
"""Most numbers that are looked at: more than a page has."""
_C: Final = requests.c


@dataclass(frozen=True, slots=True)
class Others:
    """Other open requests of a number: the one that was asked for first, and how many there are `more`."""

    id: str
    reference: str
    more: int = 0


class Alike(Part):
    """Which requests have the number of another. Raises StoreUnavailable as the store does."""

    def others(self, shown: Iterable[Request]) -> dict[str, Others]:
        """By the id of each open request of a page that has others; one without a number has none."""
        asked = [one for one in shown if one.phone and one.status in OPEN]
        numbers = sorted({one.phone for one in asked})[:NUMBERS]
        if not numbers:
            return {}
        with self._reading() as connection:
            rows = _open(connection, numbers)
        found = {one.id: [row for row in rows if row.phone == one.phone and row.id != one.id] for one in asked}
        return {name: Others(its[0].id, its[0].reference, len(its) - 1) for name, its in found.items() if its}


def _open(connection: Connection, numbers: list[str]) -> list[Any]:
    given = {f"number{place}": number for place, number in enumerate(numbers)}
    return list(connection.execute(_statement(len(numbers)), given))


@cache
def _statement(many: int) -> Select[Any]:
    """The open requests of so many numbers, the oldest first; each number is read along its index, and not far."""
    wanted = (_C.id, _C.reference, _C.phone, _C.status, _C.created)
    parts = [
        select(*wanted).where(_C.phone == bindparam(f"number{place}")).order_by(_C.created.desc()).limit(LOOKED)
        for place in range(many)
    ]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    query = select(found.c.id, found.c.reference, found.c.phone).where(found.c.status.in_(OPEN))
    return query.order_by(found.c.created, found.c.id)
