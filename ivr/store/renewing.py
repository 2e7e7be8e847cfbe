"""A claim goes on while somebody works on its request."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, update

from ivr.store.requests import CLAIMED
from ivr.store.tables import Utc, requests

_RENEW: Final = (
    update(requests)
    .where(
        requests.c.id == bindparam("row"),
        requests.c.claimed_by == bindparam("staff"),
        requests.c.status == CLAIMED,
        requests.c.claimed_until > bindparam("now", type_=Utc),
    )
    .values(claimed_until=bindparam("until", type_=Utc))
)


def renew(connection: Connection, row: str, staff: str, until: datetime, now: datetime) -> bool:
    """Keep a claim longer. False when it is theirs no more. The version stays: no page becomes stale by it."""
    given = {"row": row, "staff": staff, "until": until, "now": now}
    return connection.execute(_RENEW, given).rowcount == 1
