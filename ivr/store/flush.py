"""Files, and their names, that outlive a power cut."""

import os
import secrets
import sys
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

DRAFT: Final = "."
"""How the name of a file begins that is not whole yet."""


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk. Raises OSError."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_once(drafts: Path, path: Path, text: bytes) -> bool:
    """The whole file among the drafts, flushed; then its name, which the first of several writers gets. Whether we did.

    The name outlives a power cut once its folder is flushed. Raises OSError.
    """
    handle, draft = tempfile.mkstemp(dir=drafts, prefix=DRAFT)
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


def takes(folder: Path, size: int) -> None:
    """Raises OSError unless the disk takes a file of so many bytes now, and its name. Leaves nothing behind."""
    path = folder / f"{DRAFT}{secrets.token_hex(8)}"
    try:
        write_once(folder, path, bytes(size))
    finally:
        path.unlink(missing_ok=True)


def drop_drafts(folder: Path, before: datetime) -> None:
    """Delete drafts that a crash left behind before then."""
    for path in folder.glob(f"{DRAFT}*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
