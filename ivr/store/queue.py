"""The queue: who is to be rung, in the order in which it was promised."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
    union_all,
)

from ivr.store import recordings
from ivr.store.facts import NO_PROMISE, Cursor, Recording, Request
from ivr.store.requests import OPEN, SHUT
from ivr.store.tables import Utc, calls, promises, requests

UNSAFE: Final = "no"
"""Unless the caller says that a message may be left, none is left."""

_ORDER: Final = (requests.c.due, requests.c.created, requests.c.id)
_CALLS: Final = (
    select(calls.c.sid, calls.c.request_id, calls.c.node, calls.c.ended)
    .where(calls.c.request_id.in_(bindparam("requests", expanding=True)))
    .order_by(calls.c.created, calls.c.sid)
)
_OF_CALL: Final = (
    select(requests).join(calls, calls.c.request_id == requests.c.id).where(calls.c.sid == bindparam("call"))
)
_BY_REFERENCE: Final = select(requests).where(requests.c.reference == bindparam("told"))
_BY_TOLD: Final = (
    select(requests)
    .join(calls, calls.c.request_id == requests.c.id)
    .join(promises, promises.c.call_sid == calls.c.sid)
    .where(promises.c.reference == bindparam("told"), promises.c.reference != literal_column("''"))
    .limit(1)
)
_BY_ID: Final = select(requests).where(requests.c.id == bindparam("request"))
_EVERY_STATUS: Final = text(
    "WITH RECURSIVE words(word) AS (SELECT MIN(status) FROM requests UNION ALL"
    " SELECT (SELECT MIN(status) FROM requests WHERE status > words.word) FROM words WHERE words.word IS NOT NULL)"
    " SELECT word FROM words WHERE word IS NOT NULL"
)
_COUNTS: Final = select(requests.c.status, func.count().label("number")).group_by(requests.c.status)


def page(connection: Connection, statuses: Collection[str] | None, after: Cursor | None, limit: int) -> list[Request]:
    """At most `limit` requests after a place in the queue; of all statuses, or of those named.

    Each status is read along its index and no further than the page, so a long past costs nothing.
    """
    words = sorted({*OPEN, *SHUT, *_every_status(connection)} if statuses is None else set(statuses))
    if not words:
        return []
    parts = [_part(select(requests).where(requests.c.status == word), after, limit) for word in words]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    query = select(found).order_by(found.c.due, found.c.created, found.c.id).limit(limit)
    return complete(connection, connection.execute(query).mappings().all())


def of_call(connection: Connection, call_sid: str) -> Request | None:
    """The request that a call made or added to."""
    return _one(connection, connection.execute(_OF_CALL, {"call": call_sid}).mappings().all())


def by_id(connection: Connection, request_id: str) -> Request | None:
    """One request; None when there is none, or when it was folded into another."""
    return _one(connection, connection.execute(_BY_ID, {"request": request_id}).mappings().all())


def by_reference(connection: Connection, reference: str) -> Request | None:
    """The request of which some caller was told this reference; almost always it is its own."""
    for query in (_BY_REFERENCE, _BY_TOLD):
        if found := connection.execute(query, {"told": reference}).mappings().all():
            return _one(connection, found)
    return None


def counts(connection: Connection) -> dict[str, int]:
    """How many requests there are of each status."""
    return {row.status: row.number for row in connection.execute(_COUNTS)}


def _every_status(connection: Connection) -> list[str]:
    """Each status that occurs, by one look at the index for each; to list them all would read all of it.

    Whatever changes its status between these looks has one of those that the line itself gives.
    """
    return list(connection.execute(_EVERY_STATUS).scalars())


def _part(query: Select[Any], after: Cursor | None, limit: int) -> Select[Any]:
    if after is not None:
        place = tuple_(literal(after.due), literal(after.created, Utc), literal(after.id))
        query = query.where(tuple_(*_ORDER) > place)
    return query.order_by(*_ORDER).limit(limit)


def _one(connection: Connection, rows: Iterable[RowMapping]) -> Request | None:
    return next(iter(complete(connection, rows)), None)


def complete(connection: Connection, rows: Iterable[RowMapping]) -> list[Request]:
    """Requests with their calls and messages: three statements for a whole page."""
    found = list(rows)
    if not found:
        return []
    theirs: dict[str, list[RowMapping]] = {row["id"]: [] for row in found}
    for call in connection.execute(_CALLS, {"requests": list(theirs)}).mappings():
        theirs[call["request_id"]].append(call)
    spoken = recordings.of_calls(connection, [call["sid"] for of_one in theirs.values() for call in of_one])
    return [_request(row, theirs[row["id"]], spoken) for row in found]


def _request(row: RowMapping, its: list[RowMapping], spoken: dict[str, tuple[Recording, ...]]) -> Request:
    return Request(
        id=row["id"],
        reference=row["reference"],
        phone=row["phone"],
        status=row["status"],
        council=row["council"],
        topic=row["topic"],
        best_time=row["best_time"],
        safe_message=row["safe_message"] or UNSAFE,
        needs=tuple(row["needs"].split(",")) if row["needs"] else (),
        language=row["language"],
        pace=row["pace"],
        created=row["created"],
        due=None if row["due"] == NO_PROMISE else row["due"],
        confirmed=row["confirmed"],
        finished=row["finished"],
        stopped_at=_stopped_at(row, its),
        notice=row["notice"],
        calls=len(its),
        messages=tuple(recording for call in its for recording in spoken[call["sid"]]),
    )


def _stopped_at(row: RowMapping, its: list[RowMapping]) -> str:
    """Where the last call ended, unless the caller had heard all, or is still there."""
    if row["finished"] or not its or not its[-1]["ended"]:
        return ""
    return str(its[-1]["node"])
