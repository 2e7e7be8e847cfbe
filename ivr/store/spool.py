"""Promises on disk, for as long as the database cannot take them.

DATA_DIR/spool/<hash of the call>/<turn and hash of the promise>: one file a promise, written whole, flushed, given its
name, and the folders flushed, before a word is said of it. The same promise made again finds its file. A file is
deleted once its promise is in the database; a crash in between is harmless, since the database takes each once. What
is in a file is sealed, and opens only in its own place.
"""

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ivr.store.aside import ASIDE, bring_back, put_aside
from ivr.store.facts import Kept, Spooled
from ivr.store.flush import drop_drafts, flush_folder, takes, write_once
from ivr.store.folders import alone, files, order
from ivr.store.inflight import InFlight
from ivr.store.promised import Promised
from ivr.store.references import told_without_database
from ivr.store.requests import is_number
from ivr.store.seal import NoSeal, Seal
from ivr.store.trouble import StoreUnavailable, named_unavailable, of_one_write

LONGEST_WAIT: Final = timedelta(days=1)
"""After this a promise that the database still refuses is put aside, for staff to see."""
_CLEAR: Final = b"{"
"""How a file of an earlier line begins, which did not seal; no box begins so."""
_OLD: Final = timedelta(minutes=10)
"""Age of a draft that nobody will finish."""
_TRIES: Final = 20
_LARGEST: Final = 4096
"""Bytes that a promise may have on disk."""
_log: Final = logging.getLogger(__name__)


class Spool:
    """The folder of promises. Safe to share between threads and processes.

    It is made before calls are answered and never while they are, like the database: a folder that vanished may be
    a disk that is not there, and what is written in its place would be hidden when the disk comes back.
    """

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        self._folder: Final = folder
        self._seal: Final = seal or NoSeal()
        self._writing: Final = InFlight()

    def make(self) -> None:
        """The folder, for the line's own account only. Where it cannot be made, nothing can be kept in it."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flush_folder(self._folder.parent)
        except OSError as trouble:
            _log.error("nothing can be kept on disk while the database is away: %s", trouble)

    def holds(self, call_sid: str, key: str = "") -> bool:
        """Whether a promise of this call, or the one of this key, is here: what the call says next must come after."""
        return os.path.exists(f"{self._name(call_sid)}/{key}")  # noqa: PTH110 - every promise asks

    def put(self, promised: Promised, known: str = "") -> Kept:
        """Keep a promise, durably. Raises StoreUnavailable when the disk cannot take it either.

        A confirmed request is called `known` where the caller has heard a reference before, else by the call.
        """
        if promised.what == "confirm":
            promised = replace(promised, told=known or told_without_database(promised.call.call_sid))
        folder = self._of(promised.call.call_sid)
        with named_unavailable(), self._writing.entered():
            first = self._put(folder / promised.key, promised)
        return Kept(first.told, merged=False)

    def of_call(self, call_sid: str) -> list[Promised]:
        """The promises of one call that are here, in their order; those being taken in may be missing."""
        found = []
        for path in sorted(files(self._of(call_sid)), key=order):
            with suppress(StoreUnavailable, ValueError, OSError):
                found.append(self._read(path))
        return found

    def keyed(self, call_sid: str) -> str | None:
        """The number that this call keyed last, as far as it is here: the one that it confirms."""
        return next((one.number for one in reversed(self.of_call(call_sid)) if one.what == "draft"), None)

    def number_of(self, call_sid: str) -> str | None:
        """The number that this call has given last, as far as it is here."""
        given = [promised.number or _own(promised) for promised in self.of_call(call_sid)]
        return next((number for number in reversed(given) if number), None)

    def recording_of(self, call_sid: str) -> str | None:
        """The id of the last message that this call has left, as far as it is here."""
        return next((found.recording for found in reversed(self.of_call(call_sid)) if found.recording), None)

    def last_turn(self, call_sid: str) -> int:
        """The last turn of this call of which a promise is here; 0 when there is none."""
        return max((int(path.name[:5]) for path in files(self._of(call_sid))), default=0)

    def counts(self) -> Spooled:
        """What is here."""
        waiting = self._waiting()
        return Spooled(len({path.parent for path in waiting}), len(waiting), len(files(self._folder / ASIDE)))

    def check(self) -> None:
        """Raises StoreUnavailable unless the disk takes a promise now, and keeps it. Leaves nothing behind."""
        with named_unavailable():
            takes(self._folder, _LARGEST)

    def take_in(self, keep: Callable[[Promised], object], now: datetime) -> int:
        """Give every promise to `keep`, and delete it. How many; none while another process does the same.

        Raises StoreUnavailable as soon as the database cannot take them.
        """
        if not self._waiting():
            return 0
        with alone(self._folder) as mine:
            drop_drafts(self._folder, now - _OLD)  # nothing was said of them
            return self._all_taken(keep, now) if mine else 0

    def bring_back(self) -> int:
        """Have what was put aside tried again. How many. Raises OSError."""
        return bring_back(self._folder)

    def _all_taken(self, keep: Callable[[Promised], object], now: datetime) -> int:
        """What of a call cannot be read keeps back what the call said later, and no other call."""
        taken, stuck = 0, dict[Path, OSError]()
        for path in self._waiting():
            if path.parent not in stuck:
                try:
                    taken += self._took(path, keep, now)
                except OSError as trouble:
                    stuck[path.parent] = trouble
        if stuck:
            why = "; ".join(sorted(set(map(str, stuck.values()))))
            _log.error("promises of %d calls on disk cannot be taken in: %s", len(stuck), why)
        return taken

    def _took(self, path: Path, keep: Callable[[Promised], object], now: datetime) -> bool:
        try:
            promised = self._read(path)
        except FileNotFoundError:
            return False
        except ValueError as damage:
            self._put_aside(path, str(damage))
            return False
        if refused := _refused(keep, promised):
            if now - promised.at > LONGEST_WAIT:
                put_aside(self._folder, path, refused)
            return False
        self._forget(path)
        return True

    def _put(self, path: Path, promised: Promised) -> Promised:
        """What is kept at this place: this promise, or the same as it came first; that may be in the database by now.

        One that is there and cannot be read is put aside, so that what is promised now is kept.
        """
        sealed = self._seal.close(promised.to_text().encode(), _context(path))
        for _ in range(_TRIES):
            first = self._write(path, sealed)
            self._flush(path.parent)
            try:
                return promised if first else self._read(path)
            except FileNotFoundError:
                return promised
            except ValueError as damage:
                self._put_aside(path, str(damage))
        raise StoreUnavailable("what is kept here cannot be read")

    def _write(self, path: Path, text: bytes) -> bool:
        """The whole file beside its place, then its name, which the first of several writers gets. Whether we did."""
        for _ in range(_TRIES):
            try:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                return not path.exists() and write_once(self._folder, path, text)
            except (FileNotFoundError, FileExistsError):
                # Whoever took its promises in has taken the folder away: after mkdir, or while mkdir looked at what it
                # had found there. Or this is the end of the disk.
                continue
        raise StoreUnavailable("the folder of a call is never there for long")

    def _flush(self, folder: Path) -> None:
        """The names: of the file in its folder, and of the folder in the spool."""
        for place in (folder, self._folder):
            with suppress(FileNotFoundError):
                flush_folder(place)

    def _read(self, path: Path, at: Path | None = None) -> Promised:
        """What was kept at `path`, and lies `at` another place by now."""
        kept = (at or path).read_bytes()
        text = kept if kept.startswith(_CLEAR) else self._seal.open(kept, _context(path))
        return Promised.from_text(text.decode())

    def _forget(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # another promise of the call has come
            path.parent.rmdir()

    def _put_aside(self, path: Path, why: str) -> None:
        put_aside(self._folder, path, why, lambda at: self._read(path, at))

    def _waiting(self) -> list[Path]:
        """Each call's promises in their order: by turn, and within one as they came."""
        folders = (entry for entry in files(self._folder) if entry.is_dir() and entry.name != ASIDE)
        return [path for folder in folders for path in sorted(files(folder), key=order)]

    def _of(self, call_sid: str) -> Path:
        return Path(self._name(call_sid))

    def _name(self, call_sid: str) -> str:
        return f"{self._folder}/{hashlib.blake2b(call_sid.encode(), digest_size=16).hexdigest()}"


def _context(path: Path) -> str:
    """The place of a file: its box opens in no other."""
    return f"spool {path.parent.name} {path.name}"


def _own(promised: Promised) -> str:
    """A wish is to be rung on the number that the call comes from, where that is one."""
    return promised.call.from_number if promised.what == "wish" and is_number(promised.call.from_number) else ""


def _refused(keep: Callable[[Promised], object], promised: Promised) -> str:
    """Why the database does not take this promise, or nothing. Raises StoreUnavailable when it takes none."""
    try:
        keep(promised)
    except LookupError as error:
        return str(error)
    except StoreUnavailable as error:
        if error.__cause__ is None or not of_one_write(error.__cause__):
            raise
        return str(error)
    except Exception as error:  # noqa: BLE001 - a promise that nobody thought of keeps no other back
        return type(error).__name__
    return ""
