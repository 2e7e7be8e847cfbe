"""How the figures of the workers of one server come together; `gunicorn.conf.py` calls it.

Each worker has a slot, a small number that another gets once it has died, and with it the files of that slot: counters
only grow, nothing is left behind by the dead, and there are never more files than workers at one time.
"""

import atexit
import contextlib
import logging
import os
import shutil
import struct
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

_MEMORY: Final = Path("/dev") / "shm"
_NAME: Final = "plainline-figures-"
ROOM: Final = 1 << 20
"""Bytes of one file: twice what a process may tell, which is `MOST_SERIES` of `metrics`."""
_log: Final = logging.getLogger(__name__)


class Slots:
    """The numbers of the workers of one server, and the folder in which they put their figures together."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.mine = 0
        """In a worker: its own."""

    def open(self) -> Path | None:
        """Make the folder, in memory where there is such a place. None where none can be made: workers stand alone."""
        where = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
        _sweep(where)
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=where))
        except OSError as trouble:
            _log.error("the figures of workers cannot be put together: %s", type(trouble).__name__)
            return None
        atexit.register(self._close, os.getpid())
        return self.folder

    def give(self, workers: Iterable[Any], worker: Any) -> None:
        """Before a worker is made: its slot, the smallest that no other has."""
        used = {one.slot for one in workers}
        worker.slot = self.mine = next(slot for slot in range(len(used) + 1) if slot not in used)
        if self.folder:
            try:
                room(self.folder, worker.slot)
            except OSError as trouble:
                _log.error("there is no room for the figures of workers: %s", type(trouble).__name__)
                self.folder = None

    def died(self, worker: Any) -> None:
        """Its slot is free. What it left half written is put away, so that the next can read all."""
        for path in self.folder.glob(f"*_{worker.slot}.db") if self.folder else ():
            if not _whole(path):
                path.unlink(missing_ok=True)

    def _close(self, owner: int) -> None:
        if self.folder and os.getpid() == owner:
            shutil.rmtree(self.folder, ignore_errors=True)


SLOTS: Final = Slots()


def room(folder: Path, slot: int) -> None:
    """Have files for a process, with room for all that it may tell: a disk that is full later costs nobody anything.

    What a process before it told under the same number stays, since counters only grow. Raises OSError.
    """
    for kind in ("counter", "histogram"):
        path = folder / f"{kind}_{slot}.db"
        if not path.exists():
            with path.open("wb") as file:
                file.write(bytes(ROOM))
                file.flush()
                os.fsync(file.fileno())


def _whole(path: Path) -> bool:
    from prometheus_client.mmap_dict import MmapedDict  # only who has figures imports it

    try:
        values: Iterable[object] = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
        return sum(1 for _ in values) >= 0
    except (OSError, RuntimeError, ValueError, struct.error) as damage:
        _log.warning("the figures of a worker that died are damaged: %s", type(damage).__name__)
        return False


def _sweep(where: Path) -> None:
    """What servers left that were killed."""
    for folder in where.glob(f"{_NAME}*"):
        owner = folder.name.removeprefix(_NAME).partition("-")[0]
        with contextlib.suppress(OSError):
            if owner.isdigit() and not _lives(int(owner)) and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
