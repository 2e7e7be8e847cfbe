"""What staff do about a request: claim it, try the caller, note, close. Each is one transaction, done once.

Whoever writes has the database to themselves, so what is read here still holds when it is written.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, bindparam, case, exists, func, select, update

from ivr.store.outcomes import ATTEMPTS, DAYS, DONE, OUTCOMES, Disposition, OutcomeId
from ivr.store.requests import ATTEMPTED, CLAIMED, INCOMPLETE, NEW, SHUT
from ivr.store.tables import Utc, requests
from ivr.store.work_tables import work

Kind = Literal["claim", "release", "attempt", "note", "transcript", "close", "reopen", "dial"]
Refused = Literal["", "gone", "stale", "taken", "shut", "open", "too_soon", "cap"]
"""Why nothing was done. `stale`: it has changed since the page was made. `too_soon`: not tried often enough to close
it as not reached. `cap`: as many calls as one day may have."""

LONDON: Final = ZoneInfo("Europe/London")
DAY: Final = timedelta(hours=24)
ANSWERED: Final = timedelta(minutes=10)
"""How long after it was asked for a call may still be put through."""
_ROW: Final = select(requests).where(requests.c.id == bindparam("row"))
_SENT: Final = select(work.c.request_id).where(work.c.form == bindparam("sent"))
_LEFT: Final = exists().where(work.c.request_id == requests.c.id, work.c.kind.not_in(("claim", "release")))
_UNCLAIMED: Final = case(
    (requests.c.attempts > 0, ATTEMPTED),
    (requests.c.confirmed.is_not(None), NEW),
    (_LEFT, ATTEMPTED),  # what staff have written is never folded into another request
    else_=INCOMPLETE,
)
_LAPSE: Final = (
    update(requests)
    .where(requests.c.status == CLAIMED, requests.c.claimed_until <= bindparam("now", type_=Utc))
    .values(status=_UNCLAIMED, claimed_by="", claimed_until=None)
)
_TRIED: Final = select(work.c.at).where(
    work.c.request_id == bindparam("row"),
    work.c.kind == "attempt",
    work.c.outcome.in_([outcome.id for outcome in OUTCOMES.values() if outcome.tried]),
)
_DIALLED: Final = select(func.count()).where(work.c.kind == "dial", work.c.at > bindparam("since", type_=Utc))
_NUMBER: Final = (
    select(requests.c.phone)
    .join(work, work.c.request_id == requests.c.id)
    .where(work.c.form == bindparam("sent"), work.c.kind == "dial", work.c.at > bindparam("since", type_=Utc))
    .where(requests.c.claimed_by == work.c.staff)
)
_DIAL_TOLD: Final = (
    update(work)
    .where(work.c.form == bindparam("sent"), work.c.kind == "dial")
    .values(outcome=bindparam("came_to"), about=bindparam("sid"))
)


@dataclass(frozen=True, slots=True)
class Doing:
    """One form as a member of staff sent it: for which request, seen at which version, and the form's own token."""

    request_id: str
    version: int
    form: str
    staff: str


@dataclass(frozen=True, slots=True)
class DialCaps:
    """Most calls by click within 24 hours: of one member of staff, and of the whole line."""

    staff: int = 60
    line: int = 300


@dataclass(frozen=True, slots=True)
class Next:
    """When to try again: the moment, and its day in London."""

    at: datetime
    day: date


def claim(connection: Connection, doing: Doing, until: datetime, now: datetime) -> Refused:
    """Take a request; who has it already keeps it longer. A claim that lapsed is free for anybody."""
    connection.execute(_LAPSE, {"now": now})
    row, refused = _begun(connection, doing, now, fresh=False)
    if refused or row is None:
        return refused
    if row["claimed_by"] != doing.staff:
        _write(connection, doing, ("claim", row["version"] + 1), now)
    return _set(connection, row, status=CLAIMED, claimed_by=doing.staff, claimed_until=until)


def release(connection: Connection, doing: Doing, now: datetime) -> Refused:
    """Give a request back."""
    row, refused = _begun(connection, doing, now, fresh=False)
    if refused or row is None:
        return refused
    _write(connection, doing, ("release", row["version"] + 1), now)
    return _set(connection, row, status=_UNCLAIMED, claimed_by="", claimed_until=None)


def attempt(connection: Connection, doing: Doing, came: tuple[OutcomeId, str], again: Next, now: datetime) -> Refused:
    """One try to reach the caller: its outcome and sealed words. It closes the request, or sets when to try again."""
    row, refused = _begun(connection, doing, now)
    if refused or row is None:
        return refused
    outcome, words = came
    _write(connection, doing, ("attempt", row["version"] + 1), now, outcome=outcome, words=words)
    closes = OUTCOMES[outcome].closes
    tries: dict[str, Any] = {"attempts": row["attempts"] + 1}
    if closes:
        return _shut(connection, row, closes, now, **tries)
    when = {"again": again.at, "again_day": again.day}
    return _set(connection, row, status=ATTEMPTED, claimed_by="", claimed_until=None, **tries, **when)


def note(connection: Connection, doing: Doing, words: str, until: datetime, now: datetime) -> Refused:
    """Sealed words for whoever works on it next. A claim of the same member of staff lasts longer by it."""
    return _noted(connection, doing, ("note", "", words), until, now)


def transcript(connection: Connection, doing: Doing, typed: tuple[str, str], until: datetime, now: datetime) -> Refused:
    """What a recording says: its id, and sealed words. The latest counts."""
    return _noted(connection, doing, ("transcript", *typed), until, now)


def close(connection: Connection, doing: Doing, said: tuple[Disposition, str], now: datetime) -> Refused:
    """Close a request: how, and sealed words. As not reached only after enough tries on enough days."""
    row, refused = _begun(connection, doing, now)
    if refused or row is None:
        return refused
    disposition, words = said
    if disposition == "no_answer" and not tried_enough(connection, doing.request_id, row["closed"]):
        return "too_soon"
    _write(connection, doing, ("close", row["version"] + 1), now, outcome=disposition, words=words)
    return _shut(connection, row, disposition, now)


def reopen(connection: Connection, doing: Doing, now: datetime) -> Refused:
    """Take back that a request was closed."""
    row, refused = _begun(connection, doing, now, shut=True)
    if refused or row is None:
        return refused
    _write(connection, doing, ("reopen", row["version"] + 1), now)
    return _set(connection, row, status=_UNCLAIMED, disposition="", again=None, again_day=None)


def dial(connection: Connection, doing: Doing, caps: DialCaps, until: datetime, now: datetime) -> Refused:
    """A call to this request's number is about to be asked for; only who has claimed it may."""
    row, refused = _begun(connection, doing, now, fresh=False)
    if refused or row is None:
        return refused
    if row["claimed_by"] != doing.staff:
        return "taken"
    since = {"since": now - DAY}
    mine = _DIALLED.where(work.c.staff == doing.staff)
    if connection.execute(mine, since).scalar_one() >= caps.staff:
        return "cap"
    if connection.execute(_DIALLED, since).scalar_one() >= caps.line:
        return "cap"
    _write(connection, doing, ("dial", row["version"] + 1), now, outcome="asked")
    return _set(connection, row, claimed_until=until)


def dial_told(connection: Connection, form: str, came_to: str, sid: str) -> None:
    """What Twilio said of a call that was asked for."""
    connection.execute(_DIAL_TOLD, {"sent": form, "came_to": came_to, "sid": sid})


def number_to_ring(connection: Connection, form: str, now: datetime) -> str:
    """The number of the request for which a call was asked for just now, by whoever has it claimed; else empty."""
    given = {"sent": form, "since": now - ANSWERED}
    return connection.execute(_NUMBER, given).scalar_one_or_none() or ""


def tried_enough(connection: Connection, request_id: str, since: datetime | None) -> bool:
    """Whether it may be closed as not reached. Days are London's; tries before it was last closed do not count."""
    times = [at for at in connection.execute(_TRIED, {"row": request_id}).scalars() if since is None or at > since]
    return len(times) >= ATTEMPTS and len({_london_day(at) for at in times}) >= DAYS


def sent(connection: Connection, form: str) -> bool:
    """Whether a form was taken already."""
    return connection.execute(_SENT, {"sent": form}).first() is not None


def _begun(
    connection: Connection, doing: Doing, now: datetime, *, fresh: bool = True, shut: bool = False
) -> tuple[RowMapping | None, Refused]:
    """The request as it is, or why nothing may be done; no request and no refusal: this form was taken already."""
    if sent(connection, doing.form):
        return None, ""
    row = connection.execute(_ROW, {"row": doing.request_id}).mappings().first()
    if row is None:
        return None, "gone"
    if row["claimed_by"] not in ("", doing.staff) and row["claimed_until"] > now and row["status"] == CLAIMED:
        return None, "taken"
    if (row["status"] in SHUT) != shut:
        return None, "open" if shut else "shut"
    if fresh and row["version"] != doing.version:
        return None, "stale"
    return row, ""


def _noted(
    connection: Connection, doing: Doing, what: tuple[Kind, str, str], until: datetime, now: datetime
) -> Refused:
    kind, about, words = what
    row, refused = _begun(connection, doing, now, fresh=kind == "transcript")
    if refused == "shut":
        row, refused = _begun(connection, doing, now, fresh=kind == "transcript", shut=True)
    if refused or row is None:
        return refused
    _write(connection, doing, (kind, row["version"] + 1), now, about=about, words=words)
    longer = {"claimed_until": until} if row["claimed_by"] == doing.staff else {}
    kept = {"status": ATTEMPTED} if row["status"] == INCOMPLETE else {}
    return _set(connection, row, **longer, **kept)


def _write(connection: Connection, doing: Doing, did: tuple[Kind, int], now: datetime, **more: str) -> None:
    values = {"id": uuid.uuid4().hex, "request_id": doing.request_id, "form": doing.form}
    connection.execute(work.insert().values(**values, kind=did[0], step=did[1], staff=doing.staff, at=now, **more))


def _shut(connection: Connection, row: RowMapping, disposition: Disposition, now: datetime, **more: Any) -> Refused:
    status = "done" if disposition in DONE else "closed"
    free = {"claimed_by": "", "claimed_until": None}
    return _set(connection, row, status=status, disposition=disposition, closed=now, **free, **more)


def _set(connection: Connection, row: RowMapping, **values: Any) -> Refused:
    change = update(requests).where(requests.c.id == row["id"]).values(version=row["version"] + 1, **values)
    connection.execute(change)
    return ""


def _london_day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
