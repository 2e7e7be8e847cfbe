"""Where sealed recordings are: in files beside SQLite, in rows of PostgreSQL, so that every host has them.

A box has a random name, is written once, and appears whole or not at all.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from ivr.store.flush import flush_folder
from ivr.store.tables import Utc
from ivr.store.tables_kept import boxes
from ivr.store.trouble import named_unavailable

NAME: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DRAFT: Final = re.compile(r"\.[a-z0-9_]{8}", re.ASCII)
_PIECES: Final = select(boxes.c.piece).where(boxes.c.name == bindparam("box")).order_by(boxes.c.number)
_REMOVE: Final = delete(boxes).where(boxes.c.name == bindparam("box"))
_OLD: Final = select(boxes.c.name).group_by(boxes.c.name).having(func.max(boxes.c.at) < bindparam("before", type_=Utc))


class Boxes(Protocol):
    """A place for sealed recordings. Each method raises StoreUnavailable when the place does not answer."""

    def put(self, pieces: Iterable[bytes], now: datetime) -> str:
        """Keep a box, durably; its new name."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A box to be read. Raises LookupError when there is none of that name."""

    def remove(self, name: str) -> None:
        """Let no box of that name be there any more."""

    def older(self, before: datetime) -> list[str]:
        """Names of boxes that were made before then."""


class FileBoxes:
    """One file a box, in a folder that only the line's own account may read."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder

    def put(self, pieces: Iterable[bytes], now: datetime) -> str:  # noqa: ARG002 - a file knows its own age
        """The whole file beside its place, flushed; then its name, and the folder flushed."""
        name = new_name()
        with named_unavailable():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self._folder, prefix=".")
            try:
                _write(handle, pieces)
                Path(draft).rename(self._folder / name)
            except BaseException:
                Path(draft).unlink(missing_ok=True)
                raise
            flush_folder(self._folder)
        return name

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The file."""
        with named_unavailable():
            try:
                file = self._of(name).open("rb")
            except FileNotFoundError:
                raise LookupError("the recording's file is not there") from None
        with file:
            yield file

    def remove(self, name: str) -> None:
        """The file is deleted, and the folder flushed."""
        with named_unavailable():
            self._of(name).unlink(missing_ok=True)
            if self._folder.exists():
                flush_folder(self._folder)

    def older(self, before: datetime) -> list[str]:
        """Boxes, and drafts that a crash left, by the age of their files."""
        found = []
        with named_unavailable():
            for path in self._folder.iterdir() if self._folder.exists() else ():
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        found.append(path.name)
        return [name for name in found if NAME.fullmatch(name) or _DRAFT.fullmatch(name)]

    def _of(self, name: str) -> Path:
        if NAME.fullmatch(name) is None and _DRAFT.fullmatch(name) is None:
            raise LookupError("no name of a box")
        return self._folder / name


class RowBoxes:
    """Rows of the database, one for each piece, all in one transaction."""

    def __init__(
        self,
        write: Callable[[Callable[[Connection], None]], None],
        reading: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._write = write
        self._reading = reading

    def put(self, pieces: Iterable[bytes], now: datetime) -> str:
        """All pieces or none."""
        name = new_name()
        rows = [{"name": name, "number": number, "piece": piece, "at": now} for number, piece in enumerate(pieces)]

        def store(connection: Connection) -> None:
            connection.execute(insert(boxes), rows)

        self._write(store)
        return name

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The pieces, put together: a recording of some minutes is a few megabytes."""
        with self._reading() as connection:
            pieces = connection.execute(_PIECES, {"box": name}).scalars().all()
        if not pieces:
            raise LookupError("the recording's rows are not there")
        yield BytesIO(b"".join(pieces))

    def remove(self, name: str) -> None:
        """The rows are deleted."""

        def drop(connection: Connection) -> None:
            connection.execute(_REMOVE, {"box": name})

        self._write(drop)

    def older(self, before: datetime) -> list[str]:
        """By the time at which they were put here."""
        with self._reading() as connection:
            return list(connection.execute(_OLD, {"before": before}).scalars())


def new_name() -> str:
    """A name that tells nothing and cannot be guessed."""
    return secrets.token_hex(16)


def _write(handle: int, pieces: Iterable[bytes]) -> None:
    with os.fdopen(handle, "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
