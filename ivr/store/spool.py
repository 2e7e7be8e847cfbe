"""Promises on disk, for as long as the database cannot take them.

DATA_DIR/spool/<hash of the call>/<turn and hash of the promise>: one file a promise, written whole, flushed, given its
name, and the folders flushed, before a word is said of it. The same promise made again finds its file. A file is
deleted once its promise is in the database; a crash in between is harmless, since the database takes each once.
"""

import hashlib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from ivr.store.facts import Kept, Spooled
from ivr.store.flush import flush_folder
from ivr.store.inflight import InFlight
from ivr.store.promised import Promised
from ivr.store.references import told_without_database
from ivr.store.requests import is_number
from ivr.store.seal import NoSeal, Seal
from ivr.store.trouble import StoreUnavailable, named_unavailable, of_one_write

if sys.platform != "win32":  # there one process serves the line, and folders cannot be flushed
    import fcntl

LONGEST_WAIT: Final = timedelta(days=1)
"""After this a promise that the database still refuses is put aside, for staff to see."""
ASIDE: Final = "aside"
_DRAFT: Final = "."
"""How the name of a file begins that is not whole yet."""
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

    def holds(self, call_sid: str) -> bool:
        """Whether a promise of this call is here: what the call says next must come after it."""
        return os.path.exists(self._of(call_sid))  # noqa: PTH110 - every promise asks

    def put(self, promised: Promised, known: str = "") -> Kept:
        """Keep a promise, durably. Raises StoreUnavailable when the disk cannot take it either.

        A confirmed request is called `known` where the caller has heard a reference before, else by the call.
        """
        if promised.what == "confirm":
            promised = replace(promised, told=known or told_without_database(promised.call.call_sid))
        folder = self._of(promised.call.call_sid)
        with named_unavailable(), self._writing.entered():
            first = self._write(folder / promised.key, self._seal.close(promised.to_text().encode()))
            self._flush(folder)
            told = promised.told if first else self._told_first(folder / promised.key, promised.told)
        return Kept(told, merged=False)

    def of_call(self, call_sid: str) -> list[Promised]:
        """The promises of one call that are here, in their order; those being taken in may be missing."""
        found = []
        for path in sorted(_files(self._of(call_sid)), key=_order):
            with suppress(StoreUnavailable, ValueError):
                found.append(self._read(path))
        return found

    def number_of(self, call_sid: str) -> str | None:
        """The number that this call has given last, as far as it is here."""
        given = [promised.number or _own(promised) for promised in self.of_call(call_sid)]
        return next((number for number in reversed(given) if number), None)

    def recording_of(self, call_sid: str) -> str | None:
        """The id of the last message that this call has left, as far as it is here."""
        return next((found.recording for found in reversed(self.of_call(call_sid)) if found.recording), None)

    def counts(self) -> Spooled:
        """What is here."""
        waiting = self._waiting()
        return Spooled(len({path.parent for path in waiting}), len(waiting), len(_files(self._folder / ASIDE)))

    def check(self) -> None:
        """Raises StoreUnavailable unless the disk takes a promise now, and keeps it. Leaves nothing behind."""
        with named_unavailable(), tempfile.NamedTemporaryFile(dir=self._folder, prefix=_DRAFT) as draft:
            draft.write(bytes(_LARGEST))
            draft.flush()
            os.fsync(draft.fileno())

    def take_in(self, keep: Callable[[Promised], object], now: datetime) -> int:
        """Give every promise to `keep`, and delete it. How many; none while another process does the same.

        Raises StoreUnavailable as soon as the database cannot take them.
        """
        if not self._waiting():
            return 0
        with self._alone() as mine:
            self._sweep(now)
            return sum(self._took(path, keep, now) for path in self._waiting()) if mine else 0

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
                self._put_aside(path, refused)
            return False
        self._forget(path)
        return True

    def _write(self, path: Path, text: bytes) -> bool:
        """The whole file beside its place, then its name, which the first of several writers gets. Whether we did."""
        for _ in range(_TRIES):
            try:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                return not path.exists() and self._named(path, text)
            except (FileNotFoundError, FileExistsError):
                # Whoever took its promises in has taken the folder away: after mkdir, or while mkdir looked at what it
                # had found there. Or this is the end of the disk.
                continue
        raise StoreUnavailable("the folder of a call is never there for long")

    def _named(self, path: Path, text: bytes) -> bool:
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=_DRAFT)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            Path(draft).unlink()
        return True

    def _told_first(self, path: Path, told: str) -> str:
        """What was told of this promise when it came first; it may be in the database by now."""
        with suppress(FileNotFoundError):
            return self._read(path).told
        return told

    def _flush(self, folder: Path) -> None:
        """The names: of the file in its folder, and of the folder in the spool."""
        for place in (folder, self._folder):
            with suppress(FileNotFoundError):
                flush_folder(place)

    def _read(self, path: Path) -> Promised:
        return Promised.from_text(self._seal.open(path.read_bytes()).decode())

    def _forget(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # another promise of the call has come
            path.parent.rmdir()

    def _put_aside(self, path: Path, why: str) -> None:
        _log.error("a promise on disk cannot be taken in and is put aside: %s", why)
        (self._folder / ASIDE).mkdir(mode=0o700, exist_ok=True)
        shutil.move(path, self._folder / ASIDE / f"{path.parent.name}-{path.name}")
        self._forget(path)

    def _waiting(self) -> list[Path]:
        """Each call's promises in their order: by turn, and within one as they came."""
        folders = (entry for entry in _files(self._folder) if entry.is_dir() and entry.name != ASIDE)
        return [path for folder in folders for path in sorted(_files(folder), key=_order)]

    def _sweep(self, now: datetime) -> None:
        """Drafts that a crash left behind: nothing was said of them."""
        for path in self._folder.glob(f"{_DRAFT}*"):
            with suppress(FileNotFoundError):
                if now.timestamp() - path.stat().st_mtime > _OLD.total_seconds():
                    path.unlink()

    def _of(self, call_sid: str) -> Path:
        return self._folder / hashlib.blake2b(call_sid.encode(), digest_size=16).hexdigest()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether this is the only process that takes promises in."""
        handle = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if sys.platform != "win32":
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(handle)


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
    return ""


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _order(path: Path) -> tuple[str, int]:
    try:
        return path.name[:5], path.stat().st_mtime_ns
    except FileNotFoundError:
        return path.name[:5], 0
