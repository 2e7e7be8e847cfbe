"""The part of the store that knows recordings: which are here, and where they are sealed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from ivr.store import calls, recordings, sounds
from ivr.store.boxes import Boxes, FileBoxes, RowBoxes
from ivr.store.facts import Recording
from ivr.store.fetched import CallSeen, RecordingSeen
from ivr.store.keeping import Keeping
from ivr.store.sounds import Sound


class Hearing(Keeping):
    """Every method raises StoreUnavailable when the database cannot do it in time."""

    def boxes(self, folder: Path) -> Boxes:
        """Where sealed recordings are: files in `folder` beside SQLite; rows of PostgreSQL, for every host."""
        return FileBoxes(folder) if self._database.is_file else RowBoxes(self._write, self._reading)

    def expect_recording(self, recording_sid: str, call_sid: str, seconds: int, now: datetime) -> bool:
        """Have a recording fetched of which nothing else told. False when it is known."""
        return self._write(lambda connection: sounds.expect(connection, recording_sid, call_sid, seconds, now))

    def calls_ended(self, seen: Sequence[CallSeen], now: datetime) -> int:
        """Note how calls ended that are known here and have no end yet. How many."""

        def note(connection: Connection) -> int:
            open_ = calls.without_end(connection, [one.sid for one in seen])
            over = [one for one in seen if one.sid in open_ and calls.STAGES.get(one.status, 0) >= calls.ENDED]
            for one in over:
                calls.status(connection, one.sid, one.status, (one.seconds, -1), now)
            return len(over)

        return self._write(note)

    def recordings_found(self, seen: Sequence[RecordingSeen], now: datetime) -> int:
        """Have recordings fetched that nothing told of. How many. One that is to go at Twilio stays unknown."""

        def note(connection: Connection) -> int:
            new = sounds.unknown(connection, [one.sid for one in seen if one.status == recordings.COMPLETED])
            for one in seen:
                if one.sid in new:
                    told = Recording(one.sid, one.seconds, one.status, one.call_sid)
                    recordings.told(connection, told, now)
            return len(new)

        return self._write(note)

    def sound(self, sound_id: str) -> Sound | None:
        """A recording by our id."""
        with self._reading() as connection:
            return sounds.by_id(connection, sound_id)

    def sound_of(self, recording_sid: str) -> Sound | None:
        """A recording by Twilio's id; None when nothing was told of it, or nothing of it is left."""
        with self._reading() as connection:
            return sounds.of_recording(connection, recording_sid)

    def is_over(self, call_sid: str) -> bool:
        """Whether Twilio has told that this call is over."""
        with self._reading() as connection:
            return calls.is_over(connection, call_sid)

    def sounds_of(self, recording_sids: Collection[str]) -> dict[str, Sound]:
        """Many recordings by Twilio's ids."""
        with self._reading() as connection:
            return sounds.of_recordings(connection, recording_sids)

    def sound_kept(self, sound: Sound, box: str, size: int, seconds: int, now: datetime) -> bool:
        """A recording is sealed and here; Twilio's copy is to go. False when it was kept before, or erased."""
        return self._write(lambda connection: sounds.kept(connection, sound, box, size, seconds, now))

    def sound_lost(self, sound: Sound, why: str) -> None:
        """A recording cannot be had; `why` is for staff."""
        self._write(lambda connection: sounds.lost(connection, sound, why))

    def sound_gone(self, recording_sid: str, now: datetime) -> None:
        """Twilio has no copy of a recording any more."""
        self._write(lambda connection: sounds.gone(connection, recording_sid, now))

    def erase_sounds(self, before: datetime, now: datetime) -> list[Sound]:
        """Erase some recordings from before then, but none of a request that is held or open. Their boxes are to go."""

        def erase(connection: Connection) -> list[Sound]:
            found = sounds.old(connection, before)
            for sound in found:
                sounds.erase(connection, sound, now)
            return found

        return self._write(erase)

    def boxed(self) -> list[Sound]:
        """All recordings that are here."""
        with self._reading() as connection:
            return sounds.boxed(connection)

    def rebox(self, sound: Sound, box: str) -> bool:
        """A recording is in another box. False when it was moved or erased meanwhile."""
        return self._write(lambda connection: sounds.rebox(connection, sound, box))

    def known_boxes(self, names: Collection[str]) -> frozenset[str]:
        """Which of these boxes belong to a recording."""
        with self._reading() as connection:
            return sounds.known_boxes(connection, names)
