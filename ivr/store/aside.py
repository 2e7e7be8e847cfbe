"""Promises on disk that cannot be taken in: put aside, never deleted, and tried again when the line starts."""

import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from ivr.store.flush import flush_folder

ASIDE: Final = "aside"
_log: Final = logging.getLogger(__name__)


def put_aside(spool: Path, path: Path, why: str, read: Callable[[Path], object] | None = None) -> None:
    """Out of the way of the others, under a name of its own that tells where it was. The log says why, in one line.

    `read` raises ValueError for what is damaged. Another process may have put the damaged file aside just before, and
    the caller's next try a whole one in its place: that goes back. Until then it is here, so it is never nowhere.
    """
    (spool / ASIDE).mkdir(mode=0o700, exist_ok=True)
    place = spool / ASIDE / f"{path.parent.name}-{path.name}.{secrets.token_hex(4)}"
    try:
        path.rename(place)
    except FileNotFoundError:  # another process did
        return
    if read and _is_whole(place, read):
        _put_back(spool, place)
        return
    _log.error("a promise on disk cannot be taken in and is put aside: %s", why)
    with suppress(OSError):  # another promise of the call has come
        path.parent.rmdir()


def _is_whole(place: Path, read: Callable[[Path], object]) -> bool:
    try:
        read(place)
    except ValueError:
        return False
    return True


def bring_back(spool: Path) -> int:
    """Have all of them tried again: a key may be set again, a database mended. How many."""
    folder = spool / ASIDE
    put_back = [_put_back(spool, path) for path in (sorted(folder.iterdir()) if folder.exists() else ())]
    return sum(put_back)


def _put_back(spool: Path, path: Path) -> bool:
    """To where it was, unless the same promise is there again."""
    call, _, name = path.name.partition("-")
    key, _, _ = name.partition(".")
    place = spool / call / key
    if not key:
        return False
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        os.link(path, place)
    except (FileExistsError, FileNotFoundError):  # it is there, or the folder was taken away: it stays here
        return False
    flush_folder(place.parent)
    flush_folder(spool)
    path.unlink()
    return True
