"""Which numbers were erased, and when: noted beside the database and in no backup, so that one put back is put right.

One small file for each erasure, in a folder of its own. A file holds keyed hashes and ids, never a number.
"""

import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ivr.store.places import Marks

FOLDER: Final = "erased"
"""In the data folder."""
_SHAPE: Final = "%Y%m%dT%H%M%S%f"
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stone:
    """One erasure: the mark of its number, the marks under which the line keeps places and texts, and what stayed.

    Everything about the number that is not younger than `at` is to be gone, but for the requests `held`.
    """

    at: datetime
    mark: str
    place: str
    text: str
    held: frozenset[str]


class Gone:
    """The erasures of one data folder. `keys`: the key in use first, in hexadecimal, then those before it."""

    def __init__(self, data_dir: Path, keys: Sequence[str]) -> None:
        self._folder: Final = data_dir / FOLDER
        self._keys: Final = [hmac.digest(bytes.fromhex(key), b"plainline erased", "sha256") for key in keys]

    def note(self, number: str, marks: Marks, held: Collection[str], now: datetime) -> None:
        """Note, durably, that a number is erased now. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stone = {"mark": self.marks(number)[0], "place": marks("place", number), "text": marks("text", number)}
        name = f"{now.astimezone(UTC):{_SHAPE}}-{secrets.token_hex(4)}"
        draft = self._folder / f".{name}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as file:
            json.dump({**stone, "held": sorted(held)}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / name)
        _sync(self._folder)

    def marks(self, number: str) -> list[str]:
        """The marks of a number, under each key."""
        return [hmac.new(key, number.encode(), hashlib.sha256).hexdigest() for key in self._keys]

    def all(self) -> list[Stone]:
        """Every erasure, the earliest first. One that cannot be read is told, and left where it is."""
        return [stone for path in self._paths() if (stone := _read(path))]

    def prune(self, before: datetime) -> int:
        """Forget erasures from before then: backups of that age are no more. How many."""
        limit = f"{before.astimezone(UTC):{_SHAPE}}"
        old = [path for path in self._paths() if path.name < limit]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _paths(self) -> Iterator[Path]:
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return iter(sorted(path for path in found if not path.name.startswith(".")))


def _read(path: Path) -> Stone | None:
    try:
        at = datetime.strptime(path.name.partition("-")[0], _SHAPE).replace(tzinfo=UTC)
        row = json.loads(path.read_text("utf-8"))
        return Stone(at, row["mark"], row["place"], row["text"], frozenset(row["held"]))
    except (ValueError, KeyError, TypeError, OSError):
        _log.exception("an erasure cannot be read, and is not done again after a restore: %s", path.name)
        return None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
