"""Recordings as the line keeps them: each is fetched from Twilio once, sealed, and then deleted there.

A row is stored with the news that Twilio has a recording, together with the job that fetches it. What is in a box is
named at random. A box without a row is what a crash left behind; it is removed later.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, text, update

from ivr.store import jobs
from ivr.store.requests import SHUT
from ivr.store.tables import Utc, calls, requests
from ivr.store.tables_kept import holds, sounds

FETCH: Final = "recording"
"""The kind of job that fetches a recording."""
DELETE: Final = "recording-copy"
"""The kind of job that deletes Twilio's copy."""
HEARD: Final = timedelta(hours=1)
"""How long Twilio's copy stays after ours is safe, for a worker of an earlier line that plays it in a call."""

SoundStatus = Literal["waiting", "kept", "lost", "erased"]
"""`lost`: Twilio has none, or what it has is no sound. `erased`: it was here and has been deleted."""

_EXPECT: Final = text(
    "INSERT INTO sounds (id, recording_sid, call_sid, status, seconds, created)"
    " VALUES (:id, :sid, :call, 'waiting', :seconds, :now) ON CONFLICT (recording_sid) DO NOTHING"
).bindparams(bindparam("now", type_=Utc))
_OF_SID: Final = select(sounds).where(sounds.c.recording_sid == bindparam("sid"))
_BY_ID: Final = select(sounds).where(sounds.c.id == bindparam("row"))
_SIDS: Final[BindParameter[str]] = bindparam("sids", expanding=True)
_OF_SIDS: Final = select(sounds).where(sounds.c.recording_sid.in_(_SIDS))
_KEEP: Final = (
    update(sounds)
    .where(sounds.c.id == bindparam("row"), sounds.c.status == "waiting")
    .values(
        status="kept",
        box=bindparam("name"),
        bytes=bindparam("size"),
        seconds=bindparam("long"),
        trouble="",
        kept=bindparam("now", type_=Utc),
    )
)
_LOSE: Final = (
    update(sounds)
    .where(sounds.c.id == bindparam("row"), sounds.c.status == "waiting")
    .values(status="lost", trouble=bindparam("why"))
)
_GONE: Final = (
    update(sounds)
    .where(sounds.c.recording_sid == bindparam("sid"), sounds.c.gone.is_(None))
    .values(gone=bindparam("now", type_=Utc))
)
_ERASE: Final = update(sounds).where(sounds.c.id == bindparam("row")).values(status="erased", box="", bytes=0)
_HELD: Final = select(calls.c.sid).join(holds, holds.c.request_id == calls.c.request_id)
_OPEN: Final = (
    select(calls.c.sid).join(requests, requests.c.id == calls.c.request_id).where(requests.c.status.not_in(SHUT))
)
_OLD: Final = (
    select(sounds)
    .where(
        sounds.c.created < bindparam("before", type_=Utc),
        sounds.c.status.in_(("waiting", "kept")),
        sounds.c.call_sid.not_in(_HELD),
        sounds.c.call_sid.not_in(_OPEN),
    )
    .order_by(sounds.c.created, sounds.c.id)
    .limit(50)  # callers never wait long for the night's work
)
_BOXED: Final = select(sounds.c.box).where(sounds.c.box.in_(bindparam("names", expanding=True)))
_ALL_BOXED: Final = select(sounds).where(sounds.c.box != "").order_by(sounds.c.id)
_REBOX: Final = (
    update(sounds)
    .where(sounds.c.id == bindparam("row"), sounds.c.box == bindparam("was"))
    .values(box=bindparam("name"))
)
_FORGET: Final = delete(sounds).where(sounds.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording. `bytes` is the size of the sound itself; `gone` is None while Twilio has a copy."""

    id: str
    recording_sid: str
    call_sid: str
    status: SoundStatus
    box: str
    bytes: int
    seconds: int
    trouble: str
    created: datetime
    kept: datetime | None
    gone: datetime | None

    @property
    def context(self) -> str:
        """What the box is sealed for: this recording and no other."""
        return f"recording {self.id}"

    @property
    def at_twilio(self) -> bool:
        """Whether a copy is still at Twilio, as far as is known."""
        return self.gone is None


def expect(connection: Connection, recording_sid: str, call_sid: str, seconds: int, now: datetime) -> bool:
    """Have a recording fetched; it and its job are stored together. False when that was done before."""
    row = {"id": uuid.uuid4().hex, "sid": recording_sid, "call": call_sid, "seconds": seconds, "now": now}
    if connection.execute(_EXPECT, row).rowcount != 1:
        return False
    return jobs.enqueue(connection, FETCH, f"{FETCH}-{recording_sid}", {"recording": recording_sid}, now)


def of_recording(connection: Connection, recording_sid: str) -> Sound | None:
    """The recording of this id of Twilio's."""
    return _one(connection, _OF_SID, {"sid": recording_sid})


def by_id(connection: Connection, sound_id: str) -> Sound | None:
    """The recording of this id of ours."""
    return _one(connection, _BY_ID, {"row": sound_id})


def of_recordings(connection: Connection, sids: Collection[str]) -> dict[str, Sound]:
    """Those of many, by Twilio's id."""
    return {sound.recording_sid: sound for sound in _many(connection, _OF_SIDS, {"sids": list(sids)})}


def unknown(connection: Connection, sids: Collection[str]) -> frozenset[str]:
    """Which of these are neither known nor were to be deleted at Twilio."""
    keys = {f"{DELETE}-{sid}": sid for sid in sids}
    going = {keys[key] for key in jobs.known(connection, keys)}
    return frozenset(sids) - going - of_recordings(connection, sids).keys()


def kept(connection: Connection, sound: Sound, box: str, size: int, seconds: int, now: datetime) -> bool:
    """It is here: so Twilio's copy is to be deleted. False when another worker was first, or it was erased."""
    given = {"row": sound.id, "name": box, "size": size, "long": seconds, "now": now}
    if connection.execute(_KEEP, given).rowcount != 1:
        return False
    delete_at_twilio(connection, sound.recording_sid, now + HEARD)
    return True


def lost(connection: Connection, sound: Sound, why: str) -> None:
    """It cannot be had."""
    connection.execute(_LOSE, {"row": sound.id, "why": why})


def gone(connection: Connection, recording_sid: str, now: datetime) -> None:
    """Twilio has no copy any more."""
    connection.execute(_GONE, {"sid": recording_sid, "now": now})


def delete_at_twilio(connection: Connection, recording_sid: str, due: datetime) -> None:
    """Have Twilio's copy deleted from then on."""
    jobs.enqueue(connection, DELETE, f"{DELETE}-{recording_sid}", {"recording": recording_sid}, due)


def erase(connection: Connection, sound: Sound, now: datetime) -> None:
    """It is to be nowhere any more; its box is removed by who calls this, after the transaction."""
    connection.execute(_ERASE, {"row": sound.id})
    if sound.at_twilio:
        delete_at_twilio(connection, sound.recording_sid, now)


def forget(connection: Connection, sound: Sound, now: datetime) -> None:
    """As `erase`, and no row stays either."""
    erase(connection, sound, now)
    connection.execute(_FORGET, {"row": sound.id})


def old(connection: Connection, before: datetime) -> list[Sound]:
    """Some from before then that are here or still awaited, but for those of a request that is held or open."""
    return _many(connection, _OLD, {"before": before})


def boxed(connection: Connection) -> list[Sound]:
    """All that are here."""
    return _many(connection, _ALL_BOXED, {})


def rebox(connection: Connection, sound: Sound, box: str) -> bool:
    """It is in another box now. False when it is not in the old one any more."""
    return connection.execute(_REBOX, {"row": sound.id, "was": sound.box, "name": box}).rowcount == 1


def known_boxes(connection: Connection, names: Collection[str]) -> frozenset[str]:
    """Which of these boxes belong to a recording."""
    return frozenset(connection.execute(_BOXED, {"names": list(names)}).scalars())


def _one(connection: Connection, query: object, given: dict[str, object]) -> Sound | None:
    return next(iter(_many(connection, query, given)), None)


def _many(connection: Connection, query: object, given: dict[str, object]) -> list[Sound]:
    rows = connection.execute(query, given).mappings()  # type: ignore[call-overload]  # any of the selects above
    return [Sound(**{name: row[name] for name in Sound.__dataclass_fields__}) for row in rows]
