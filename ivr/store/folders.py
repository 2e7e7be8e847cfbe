"""Folders of files that other processes add to and take from meanwhile."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":  # there one process serves the line, and folders cannot be locked
    import fcntl


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this is the only process that does this with a folder. Raises OSError when there is none."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def files(folder: Path) -> list[Path]:
    """What is in a folder; nothing when there is none."""
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def order(path: Path) -> tuple[str, int]:
    """By turn, with which the names begin, and within one turn as they came."""
    try:
        return path.name[:5], path.stat().st_mtime_ns
    except FileNotFoundError:
        return path.name[:5], 0
