"""Callback requests: from a wish to a draft, and everything said of them later. Confirming is in `confirm`."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, text, update

from ivr.store import answers, calls
from ivr.store.facts import NO_PROMISE, CallFacts
from ivr.store.quick import Statement
from ivr.store.references import candidates
from ivr.store.tables import Utc, messages, requests
from ivr.store.trouble import StoreUnavailable

INCOMPLETE: Final = "incomplete"
NEW: Final = "new"
CLAIMED: Final = "claimed"
ATTEMPTED: Final = "attempted"
OPEN: Final = (INCOMPLETE, NEW, CLAIMED, ATTEMPTED)
SHUT: Final = ("done", "closed")
"""Requests that nobody has to ring about any more; every other status is open."""

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_COLUMNS: Final = tuple(column.name for column in requests.columns if column.info.get("line", True))
_CREATE: Final = Statement(
    text(
        f"INSERT INTO requests ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608 - our own column names
        " ON CONFLICT (reference) DO NOTHING"
    ).bindparams(*(bindparam(name, type_=requests.columns[name].type) for name in _COLUMNS))
)
_RENUMBER: Final = Statement(
    update(requests)
    .where(
        requests.c.id == bindparam("row"),
        requests.c.confirmed.is_(None),
    )
    .values(phone=bindparam("number"))
)
_BY_ID: Final = Statement(select(requests).where(requests.c.id == bindparam("row")), *requests.columns)
_FINISH: Final = Statement(
    update(requests)
    .where(requests.c.id == bindparam("row"), requests.c.finished.is_(None))
    .values(finished=bindparam("now", type_=Utc))
)
_ANSWER: Final = {
    name: Statement(update(requests).where(requests.c.id == bindparam("row")).values({name: bindparam("value")}))
    for name in answers.KEPT
}


def wish(connection: Connection, call: CallFacts, now: datetime) -> None:
    """The caller wants to be rung; unless the call has a request already, the number it comes from is kept."""
    if not calls.claim(connection, call, "wish", "", now):
        return
    request_id, _ = calls.seen(connection, call, now)
    if request_id is None:
        incomplete(connection, call, call.from_number, now)


def draft(connection: Connection, call: CallFacts, number: str, now: datetime) -> None:
    """A keyed number, not yet confirmed: of the call's own request while nothing is promised to it, else of a new one.

    What was promised to a call stays its request, also one that another call made, until another number is confirmed.
    A number that was stuck on its way while the caller keyed another is not the one they confirm.
    """
    if not calls.claim(connection, call, "draft", mark_of(call, number), now):
        return
    if calls.last_draft(connection, call.call_sid) != call.turn:
        return
    request_id, _ = calls.seen(connection, call, now)
    if request_id is None:
        incomplete(connection, call, number, now)
    elif not _renumbered(connection, request_id, number):
        row = row_of(connection, request_id)
        promised = row["status"] not in SHUT and calls.is_promised(connection, call.call_sid)
        if promised or row["call_sid"] == call.call_sid:
            calls.drafted(connection, call.call_sid, number)
        else:
            incomplete(connection, call, number, now)


def improve(connection: Connection, call: CallFacts, field: str, value: str, now: datetime) -> None:
    """One more answer. Raises LookupError without a request, or for an answer that requests do not have."""
    if field not in answers.KEPT:
        raise LookupError(f"a request has no {field}")
    if not calls.claim(connection, call, f"improve {field}", value, now):
        return
    request_id = _request_of(connection, call, now)
    if field in {"topic", "needs"}:
        value = _gathered(row_of(connection, request_id), call, field, value)
    _ANSWER[field].run(connection, {"row": request_id, "value": value})


def message(connection: Connection, call: CallFacts, spoken: tuple[str, int], now: datetime) -> None:
    """A spoken message: its recording's id, or nothing, and its seconds. A call without a request gets one."""
    sid, seconds = spoken
    if not calls.claim(connection, call, "message", sid, now):
        return
    request_id, _ = calls.seen(connection, call, now)
    if request_id is None:
        incomplete(connection, call, call.from_number, now)
    row = {"call_sid": call.call_sid, "turn": call.turn, "recording_sid": sid, "seconds": seconds, "at": now}
    connection.execute(messages.insert(), row)


def finished(connection: Connection, call: CallFacts, now: datetime) -> None:
    """The caller heard the reference. Raises LookupError when the call has no request."""
    if calls.claim(connection, call, "finished", "", now):
        _FINISH.run(connection, {"row": _request_of(connection, call, now), "now": now})


def incomplete(connection: Connection, call: CallFacts, number: str, now: datetime) -> None:
    """A request with nothing promised; without a number that can be one, the number is empty."""
    phone = number if is_number(number) else ""
    row = create(connection, call, {"phone": phone, "status": INCOMPLETE, "due": NO_PROMISE, "confirmed": None}, now)
    calls.belongs(connection, call.call_sid, row["id"])


def create(connection: Connection, call: CallFacts, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A new request of this call, with a reference that no other has. Returns its columns."""
    row: dict[str, Any] = {
        **answers.own(answers.NONE, call.answers),
        "id": uuid.uuid4().hex,
        "call_sid": call.call_sid,
        "language": call.language,
        "pace": call.pace,
        "created": now,
        "finished": None,
        **values,
    }
    for reference in candidates():
        row["reference"] = reference
        if _CREATE.run(connection, row) == 1:
            return row
    raise StoreUnavailable("no free reference was found")


def is_number(text: str) -> bool:
    """Whether text is a number in international form."""
    return _NUMBER.fullmatch(text) is not None


def row_of(connection: Connection, request_id: str) -> dict[str, Any]:
    """All columns of a request."""
    [row] = _BY_ID.rows(connection, {"row": request_id})
    return row


def mark_of(call: CallFacts, number: str) -> str:
    """Tells one number of a call from another without holding it: the same turn may bring another after a fault."""
    return (
        hashlib.blake2b(number.encode(), key=call.call_sid.encode()[:64], digest_size=8).hexdigest() if number else ""
    )


def _renumbered(connection: Connection, request_id: str, number: str) -> bool:
    return _RENUMBER.run(connection, {"row": request_id, "number": number}) == 1


def _request_of(connection: Connection, call: CallFacts, now: datetime) -> str:
    request_id, _ = calls.seen(connection, call, now)
    if request_id is None:
        raise LookupError("this call has no request")
    return request_id


def _gathered(row: Mapping[str, Any], call: CallFacts, field: str, value: str) -> str:
    """Needs always gather; a topic gathers with those that another call gave."""
    rule = answers.own if row["call_sid"] == call.call_sid else answers.met
    return rule({name: row[name] for name in answers.KEPT}, {field: value})[field]
