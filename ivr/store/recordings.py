"""Recordings: what the line took, and what Twilio says became of it, in any order.

The two are kept apart and only joined when read, by the recording's id or else by the call, so no order of arrival
can lose or double a message.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, select, text

from ivr.store import sounds
from ivr.store.facts import Recording
from ivr.store.tables import Utc, calls, messages, recordings

STAGES: Final = {"in-progress": 0, "absent": 1, "failed": 2, "completed": 3}
"""How far a recording is, by Twilio's word; it only goes up."""
EXPECTED: Final = "expected"
COMPLETED: Final = "completed"

_TOLD: Final = text(
    "INSERT INTO recordings (sid, call_sid, status, stage, seconds, error, at)"
    " VALUES (:sid, :call_sid, :status, :stage, :seconds, :error, :now)"
    " ON CONFLICT (sid) DO UPDATE SET call_sid = excluded.call_sid, status = excluded.status,"
    " stage = excluded.stage, seconds = excluded.seconds, error = excluded.error"
    " WHERE (excluded.stage, excluded.seconds, excluded.error)"
    " > (recordings.stage, recordings.seconds, recordings.error)"
).bindparams(bindparam("now", type_=Utc))

_OF_CALLS: Final[BindParameter[str]] = bindparam("calls", expanding=True)
_TAKEN: Final = (
    select(messages).where(messages.c.call_sid.in_(_OF_CALLS)).order_by(messages.c.turn, messages.c.recording_sid)
)
_KNOWN: Final = (
    select(recordings).where(recordings.c.call_sid.in_(_OF_CALLS)).order_by(recordings.c.at, recordings.c.sid)
)
_ORPHANS: Final = (
    select(recordings)
    .outerjoin(calls, calls.c.sid == recordings.c.call_sid)
    .where(calls.c.request_id.is_(None))
    .order_by(recordings.c.at, recordings.c.sid)
    .limit(bindparam("limit"))
)


def told(connection: Connection, recording: Recording, now: datetime) -> None:
    """What Twilio says of a recording; an unknown word changes nothing. One that is complete is to be fetched."""
    stage = STAGES.get(recording.status)
    if stage is None or not recording.sid:
        return
    given = {"sid": recording.sid, "call_sid": recording.call_sid, "status": recording.status, "stage": stage}
    connection.execute(_TOLD, given | {"seconds": recording.seconds, "error": recording.error, "now": now})
    if recording.status == COMPLETED:
        sounds.expect(connection, recording.sid, recording.call_sid, recording.seconds, now)


def of_calls(connection: Connection, sids: Collection[str]) -> dict[str, tuple[Recording, ...]]:
    """The spoken messages of calls, in the order in which they were taken."""
    if not sids:
        return {}
    taken = _by_call(connection.execute(_TAKEN, {"calls": list(sids)}).mappings())
    known = _by_call(connection.execute(_KNOWN, {"calls": list(sids)}).mappings())
    return {sid: tuple(_joined(taken[sid], known[sid])) for sid in sids}


def last_of(connection: Connection, call_sid: str) -> str | None:
    """The id of the last recording of a call, None as long as none is known."""
    known = [recording.sid for recording in of_calls(connection, [call_sid])[call_sid] if recording.sid]
    return known[-1] if known else None


def orphans(connection: Connection, limit: int) -> list[Recording]:
    """Recordings whose call has no request: somebody spoke, and staff must hear it."""
    return [_recording(row) for row in connection.execute(_ORPHANS, {"limit": limit}).mappings()]


def _by_call(rows: Iterable[RowMapping]) -> defaultdict[str, list[RowMapping]]:
    found: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in rows:
        found[row["call_sid"]].append(row)
    return found


def _joined(taken: list[RowMapping], known: list[RowMapping]) -> Iterator[Recording]:
    """Each message once. One that was taken without an id is the first recording of its call that none has named."""
    by_sid = {row["sid"]: row for row in known}
    named = {row["recording_sid"] for row in taken}
    unnamed = [row for row in known if row["sid"] not in named]
    for row in taken:
        if row["recording_sid"]:
            found: RowMapping | None = by_sid.get(row["recording_sid"])
        else:
            found = unnamed.pop(0) if unnamed else None
        yield _recording(found) if found else _awaited(row)
    yield from map(_recording, unnamed)


def _recording(row: RowMapping) -> Recording:
    return Recording(row["sid"], row["seconds"], row["status"], row["call_sid"], row["error"])


def _awaited(row: RowMapping | dict[str, Any]) -> Recording:
    return Recording(row["recording_sid"], row["seconds"], EXPECTED, row["call_sid"])
