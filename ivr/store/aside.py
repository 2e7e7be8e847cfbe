"""Promises on disk that cannot be taken in: put aside, never deleted, and tried again when the line starts."""

import logging
from pathlib import Path
from typing import Final

ASIDE: Final = "aside"
_log: Final = logging.getLogger(__name__)


def put_aside(spool: Path, path: Path, why: str) -> None:
    """Out of the way of the others, under a name that tells where it was. The log says why, in one line."""
    _log.error("a promise on disk cannot be taken in and is put aside: %s", why)
    (spool / ASIDE).mkdir(mode=0o700, exist_ok=True)
    path.rename(spool / ASIDE / f"{path.parent.name}-{path.name}")


def bring_back(spool: Path) -> int:
    """Have all of them tried again: a key may be set again, a database mended. How many."""
    folder = spool / ASIDE
    put_back = [_put_back(spool, path) for path in (sorted(folder.iterdir()) if folder.exists() else ())]
    return sum(put_back)


def _put_back(spool: Path, path: Path) -> bool:
    call, _, key = path.name.partition("-")
    place = spool / call / key
    if not key or place.exists():
        return False
    place.parent.mkdir(mode=0o700, exist_ok=True)
    path.rename(place)
    return True
