"""Calls: where each one is, what it was already promised, and what Twilio says of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, func, select, text, update

from ivr.store.facts import CallFacts, Listened
from ivr.store.quick import Statement
from ivr.store.tables import Utc, calls, promises, requests
from ivr.store.tables import listened as listened_table

# These statements are the same in SQLite and PostgreSQL; SQLAlchemy would need each of them once for each.
_CLAIM: Final = Statement(
    text(
        "INSERT INTO promises (call_sid, turn, what, mark, at) VALUES (:call_sid, :turn, :what, :mark, :now)"
        " ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("now", type_=Utc))
)

_SEEN: Final = Statement(
    text(
        "INSERT INTO calls (sid, turn, node, created) VALUES (:sid, :turn, :node, :now)"
        " ON CONFLICT (sid) DO UPDATE SET"
        " node = CASE WHEN excluded.turn >= calls.turn THEN excluded.node ELSE calls.node END,"
        " turn = CASE WHEN excluded.turn >= calls.turn THEN excluded.turn ELSE calls.turn END"
        " RETURNING request_id, drafted"
    ).bindparams(bindparam("now", type_=Utc)),
    calls.c.request_id,
    calls.c.drafted,
)

_TOLD: Final = Statement(
    text(
        "INSERT INTO calls (sid, status, stage, sequence, seconds, created, ended)"
        " VALUES (:sid, :status, :stage, :sequence, :seconds, :now, :ended)"
        " ON CONFLICT (sid) DO UPDATE SET status = excluded.status, stage = excluded.stage,"
        " sequence = excluded.sequence, seconds = excluded.seconds, ended = excluded.ended"
        " WHERE (excluded.stage, excluded.sequence, excluded.seconds) > (calls.stage, calls.sequence, calls.seconds)"
    ).bindparams(bindparam("now", type_=Utc), bindparam("ended", type_=Utc))
)

_BELONGS: Final = Statement(
    update(calls).where(calls.c.sid == bindparam("call")).values(request_id=bindparam("request"), drafted=None)
)
_DRAFTED: Final = Statement(update(calls).where(calls.c.sid == bindparam("call")).values(drafted=bindparam("number")))
_NUMBER: Final = (
    select(calls.c.drafted, requests.c.phone)
    .select_from(calls.outerjoin(requests, calls.c.request_id == requests.c.id))
    .where(calls.c.sid == bindparam("call"))
)
_SIDS: Final[BindParameter[str]] = bindparam("sids", expanding=True)
_WITHOUT_END: Final = select(calls.c.sid).where(calls.c.sid.in_(_SIDS), calls.c.ended.is_(None))
_END: Final = select(calls.c.ended).where(calls.c.sid == bindparam("call"))
_LAST_TURN: Final = select(func.max(promises.c.turn)).where(promises.c.call_sid == bindparam("call"))
_KEYED: Final = select(calls.c.drafted).where(calls.c.sid == bindparam("call"))
_REQUEST: Final = select(calls.c.request_id).where(calls.c.sid == bindparam("call"))
_LAST_DRAFT: Final = (
    select(promises.c.turn)
    .where(promises.c.call_sid == bindparam("call"), promises.c.what == "draft")
    .order_by(promises.c.at.desc(), promises.c.turn.desc())
    .limit(1)
)
_CONFIRMED: Final = (
    select(promises.c.turn).where(promises.c.call_sid == bindparam("call"), promises.c.what == "confirm").limit(1)
)
_LISTENED: Final = Statement(listened_table.insert().values({name: bindparam(name) for name in Listened.__slots__}))
_OUTCOME: Final = select(promises.c.reference, promises.c.merged).where(
    promises.c.call_sid == bindparam("call"),
    promises.c.turn == bindparam("at_turn"),
    promises.c.what == bindparam("kind"),
    promises.c.mark == bindparam("marked"),
)
_KEPT: Final = Statement(
    update(promises)
    .where(
        promises.c.call_sid == bindparam("call"),
        promises.c.turn == bindparam("at_turn"),
        promises.c.what == bindparam("kind"),
        promises.c.mark == bindparam("marked"),
    )
    .values(reference=bindparam("kept_reference"), merged=bindparam("kept_merged"))
)

STAGES: Final = {
    "queued": 0,
    "initiated": 0,
    "ringing": 1,
    "in-progress": 2,
    "canceled": 3,
    "busy": 4,
    "no-answer": 5,
    "failed": 6,
    "completed": 7,
}
"""How far a call is, by Twilio's word. A call only goes up, so the order in which words arrive does not matter."""
ENDED: Final = 3


def claim(connection: Connection, call: CallFacts, what: str, mark: str, now: datetime) -> bool:
    """Whether this promise is made now for the first time; the unique key decides, also between processes."""
    given = {"call_sid": call.call_sid, "turn": call.turn, "what": what, "mark": mark, "now": now}
    return _CLAIM.run(connection, given) == 1


def outcome(connection: Connection, call: CallFacts, what: str, mark: str) -> tuple[str, bool]:
    """The reference that a claimed promise was given, and whether it was merged."""
    found = told(connection, call, what, mark)
    if found is None:
        raise LookupError("no such promise was made")
    return found


def told(connection: Connection, call: CallFacts, what: str, mark: str) -> tuple[str, bool] | None:
    """The same of a promise that may not have been made."""
    found = connection.execute(_OUTCOME, _promise(call, what, mark)).one_or_none()
    return (found.reference, found.merged) if found else None


def kept(connection: Connection, call: CallFacts, what: str, mark: str, came_to: tuple[str, bool]) -> None:
    """Write beside a claimed promise what came of it, for the same promise made again."""
    reference, merged = came_to
    values = {"kept_reference": reference, "kept_merged": merged}
    _KEPT.run(connection, _promise(call, what, mark) | values)


def seen(connection: Connection, call: CallFacts, now: datetime) -> tuple[str | None, str]:
    """Note where the call is. The id of its request, if any, and the keyed number that is not confirmed yet."""
    given = {"sid": call.call_sid, "turn": call.turn, "node": call.node, "now": now}
    [found] = _SEEN.rows(connection, given)
    return found["request_id"], found["drafted"] or ""


def belongs(connection: Connection, call_sid: str, request_id: str) -> None:
    """From now on what this call says is for that request; a keyed number is no longer open."""
    _BELONGS.run(connection, {"call": call_sid, "request": request_id})


def drafted(connection: Connection, call_sid: str, number: str) -> None:
    """A keyed number that would change a promised request, were it confirmed."""
    _DRAFTED.run(connection, {"call": call_sid, "number": number})


def status(connection: Connection, call_sid: str, word: str, counts: tuple[int, int], now: datetime) -> None:
    """What Twilio says of a call, known or not; `counts` are its seconds and sequence number, -1 if not said."""
    stage = STAGES.get(word)
    if stage is None:
        return
    seconds, sequence = counts
    given = {"sid": call_sid, "status": word, "stage": stage, "sequence": sequence, "seconds": seconds, "now": now}
    _TOLD.run(connection, given | {"ended": now if stage >= ENDED else None})


def without_end(connection: Connection, sids: Collection[str]) -> frozenset[str]:
    """Which of these calls are known and have no end yet."""
    return frozenset(connection.execute(_WITHOUT_END, {"sids": list(sids)}).scalars())


def is_over(connection: Connection, call_sid: str) -> bool:
    """Whether this call is known to have ended."""
    return connection.execute(_END, {"call": call_sid}).scalar_one_or_none() is not None


def request_of(connection: Connection, call_sid: str) -> str | None:
    """The id of this call's request, if it has one."""
    return connection.execute(_REQUEST, {"call": call_sid}).scalar_one_or_none()


def keyed(connection: Connection, call_sid: str) -> str:
    """The number that this call keyed and did not confirm yet; empty without one."""
    return connection.execute(_KEYED, {"call": call_sid}).scalar_one_or_none() or ""


def is_promised(connection: Connection, call_sid: str) -> bool:
    """Whether this call was promised that somebody rings."""
    return connection.execute(_CONFIRMED, {"call": call_sid}).first() is not None


def last_draft(connection: Connection, call_sid: str) -> int:
    """The turn of the number that this call keyed last, -1 when it keyed none.

    By the clock, since turns count anew when something before us sends a call to the beginning again.
    """
    return connection.execute(_LAST_DRAFT, {"call": call_sid}).scalars().first() or -1


def last_turn(connection: Connection, call_sid: str) -> int:
    """The last turn at which this call was promised anything; 0 when it never was."""
    return connection.execute(_LAST_TURN, {"call": call_sid}).scalar_one() or 0


def number_of(connection: Connection, call_sid: str) -> str | None:
    """The number of this call's request, to read back: the one keyed last, else the request's; None without one."""
    found = connection.execute(_NUMBER, {"call": call_sid}).one_or_none()
    return (found.drafted or found.phone or None) if found else None


def listened(connection: Connection, rows: Sequence[Listened]) -> None:
    """What callers did, many at once."""
    _LISTENED.many(connection, [{name: getattr(row, name) for name in Listened.__slots__} for row in rows])


def _promise(call: CallFacts, what: str, mark: str) -> dict[str, object]:
    return {"call": call.call_sid, "at_turn": call.turn, "kind": what, "marked": mark}
