"""Confirming a number: one open request for each number and day, whoever confirms first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Text, bindparam, delete, func, or_, select, text, update

from ivr.store import answers, calls
from ivr.store.facts import CallFacts, Kept
from ivr.store.quick import Statement
from ivr.store.requests import INCOMPLETE, NEW, SHUT, create, mark_of
from ivr.store.tables import Utc, requests
from ivr.store.tables import calls as calls_table

SAME_REQUEST: Final = timedelta(hours=24)
"""A number that asks again within this time adds to the request it made, while that is open."""

_OWN_PHONE: Final = select(requests.c.phone).where(requests.c.id == bindparam("own")).scalar_subquery()
_CONCERNED: Final = Statement(
    select(requests)
    .where(
        or_(
            requests.c.id == bindparam("own"),
            requests.c.call_sid == bindparam("call"),
            (requests.c.phone == func.coalesce(bindparam("number", type_=Text), _OWN_PHONE))
            & (requests.c.created > bindparam("since", type_=Utc)),
        )
    )
    .order_by(requests.c.created, requests.c.id),
    *requests.columns,
)
_SETTLE: Final = Statement(
    update(requests)
    .where(requests.c.id == bindparam("row"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (*answers.KEPT, "phone", "status", "language", "pace", "due", "confirmed")
        }
    )
)
_FOLDED_CALLS: Final = (
    update(calls_table)
    .where(calls_table.c.request_id.in_(bindparam("folded", expanding=True)))
    .values(request_id=bindparam("into"))
)
_RENAME: Final = text(
    "UPDATE requests SET reference = :told WHERE id = :row AND call_sid = :call"
    " AND NOT EXISTS (SELECT 1 FROM requests AS others WHERE others.reference = :told)"
)
_WENT_ON: Final = text("SELECT 1 FROM promises WHERE call_sid = :call AND turn > :turn LIMIT 1")
_FOLD: Final = delete(requests).where(requests.c.id.in_(bindparam("folded", expanding=True)))

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Meeting:
    """The requests that a confirmation concerns: the one to go on with, and those that it takes in."""

    target: Row | None
    folded: tuple[Row, ...]


def confirm(
    connection: Connection, call: CallFacts, number: str | None, due: date, now: datetime, told: str = ""
) -> Kept:
    """Promise a call to a number; `number` None is the one keyed last, else the one the call's request has.

    `told`: the caller has heard this reference already, while the database was away; so it is what this request is
    called, and the request is not added to another that the caller does not know of. Raises LookupError when there
    is no number.
    """
    is_new, mark = _claimed(connection, call, number, now)
    if not is_new:
        return _told_since(connection, call, mark, told, now)
    request_id, drafted = calls.seen(connection, call, now)
    wanted = number or drafted or None
    given = {"own": request_id, "call": call.call_sid, "number": wanted, "since": now - SAME_REQUEST}
    rows = _CONCERNED.rows(connection, given)
    phone = wanted or next((row["phone"] for row in rows if row["id"] == request_id), "")
    if not phone:
        raise LookupError("there is no number to confirm")
    meeting = _met(rows, call, phone, told)
    kept, into = _promised(connection, call, meeting, {"phone": phone, "due": due, "confirmed": now}, now)
    if into != request_id or drafted:
        calls.belongs(connection, call.call_sid, into)
    _fold(connection, meeting.folded, into)
    if told:
        kept = Kept(told, merged=False)
        if meeting.target is None or not meeting.target["confirmed"]:
            _rename(connection, call, into, told)
    calls.kept(connection, call, "confirm", mark, (kept.reference, kept.merged))
    return kept


def confirmed(connection: Connection, call: CallFacts, number: str | None) -> Kept | None:
    """What came of this confirmation when it was made, or None when it never was."""
    found = calls.told(connection, call, "confirm", mark_of(call, number or ""))
    return Kept(*found) if found else None


def _claimed(connection: Connection, call: CallFacts, number: str | None, now: datetime) -> tuple[bool, str]:
    """Whether this is promised now for the first time, and its mark.

    A call that began anew, and keyed another number, confirms that one at the same turn. One that keyed another since
    does not: then this is the confirmation of before, come late.
    """
    mark = mark_of(call, number or "")
    if calls.claim(connection, call, "confirm", mark, now):
        return True, mark
    if calls.last_draft(connection, call.call_sid) > call.turn:
        return False, mark
    mark = mark_of(call, number or calls.keyed(connection, call.call_sid))
    return calls.claim(connection, call, "confirm", mark, now), mark


def _told_since(connection: Connection, call: CallFacts, mark: str, told: str, now: datetime) -> Kept:
    """What came of a promise when it was made first.

    If the caller heard another reference, nobody had waited for the first answer: the request is called what they
    heard. Unless the call went on from the first answer; then the request can be found by either.
    """
    kept = Kept(*calls.outcome(connection, call, "confirm", mark))
    if told in ("", kept.reference):
        return kept
    went_on = connection.execute(_WENT_ON, {"call": call.call_sid, "turn": call.turn}).first() is not None
    if went_on or not _rename(connection, call, calls.request_of(connection, call.call_sid) or "", told):
        calls.claim(connection, call, "told", told, now)
        calls.kept(connection, call, "told", told, (told, False))
        return kept
    calls.kept(connection, call, "confirm", mark, (told, False))
    return Kept(told, merged=False)


def _rename(connection: Connection, call: CallFacts, request_id: str, told: str) -> bool:
    given = {"row": request_id, "call": call.call_sid, "told": told}
    return connection.execute(_RENAME, given).rowcount == 1


def _met(rows: list[Row], call: CallFacts, phone: str, told: str) -> _Meeting:
    """Go on with what was promised first; take in what was not promised and nobody has begun to work on."""
    own = next((row for row in rows if row["call_sid"] == call.call_sid), None)
    others = [row for row in rows if row is not own and row["phone"] == phone and row["status"] not in SHUT]
    begun = [row for row in others if row["confirmed"] or row["status"] != INCOMPLETE]
    if told:
        target: Row | None = next((row for row in rows if row["reference"] == told), own)
    elif own is not None and own["confirmed"]:
        target = own
    else:
        target = next((row for row in begun if row["confirmed"]), begun[0] if begun else own)
    loose = [row for row in (own, *others) if row is not None and row is not target]
    return _Meeting(target, tuple(row for row in loose if row["status"] == INCOMPLETE and not row["confirmed"]))


def _promised(
    connection: Connection, call: CallFacts, meeting: _Meeting, promise: Row, now: datetime
) -> tuple[Kept, str]:
    """Write the promise to the request it goes on with, or to a new one. Its outcome, and the request's id."""
    target = meeting.target
    if target is None:
        said = _filled(answers.own(answers.NONE, call.answers), meeting.folded)
        row = create(connection, call, promise | said | {"status": NEW}, now)
        return Kept(row["reference"], merged=False), row["id"]
    mine = target["call_sid"] == call.call_sid
    merged = not mine and target["confirmed"] is not None
    said = (answers.own if mine else answers.met)(target, call.answers)
    values = promise | _filled(said, meeting.folded) | {"language": call.language, "pace": call.pace}
    begun = target["status"] not in (INCOMPLETE, *SHUT)
    values["status"] = target["status"] if begun else NEW
    if target["confirmed"] and target["status"] not in SHUT:
        values |= {"due": target["due"], "confirmed": target["confirmed"]}
    _SETTLE.run(connection, {f"new_{name}": value for name, value in values.items()} | {"row": target["id"]})
    return Kept(target["reference"], merged), target["id"]


def _filled(said: dict[str, str], folded: tuple[Row, ...]) -> dict[str, str]:
    for row in folded:
        said = answers.filled(said, row)
    return said


def _fold(connection: Connection, folded: tuple[Row, ...], into: str) -> None:
    """Take in what was never promised: its calls, and so its messages, now belong to the other request."""
    if folded:
        ids = [row["id"] for row in folded]
        connection.execute(_FOLDED_CALLS, {"folded": ids, "into": into})
        connection.execute(_FOLD, {"folded": ids})
