"""Secrets that a rehearsal makes for itself and keeps under DATA_DIR."""

import os
import re
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Final

from ivr.settings.given import ConfigError, fits

_KEPT: Final = re.compile(r"[0-9a-f]{32,64}", re.ASCII)


_ANOTHER: Final = "delete it, and the line makes another"


def kept(path: Path, size: int, mend: str = _ANOTHER) -> str:
    """A secret of our own: `size` random bytes as text, made at most once even when two workers start together.

    `mend` tells the operator what to do when it is damaged.
    """
    try:
        if not path.exists():
            _make(path, secrets.token_hex(size))
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be used ({error}): set DATA_DIR to a folder of the line's own") from error
    if not fits(_KEPT, text) or len(text) != 2 * size:
        raise ConfigError(f"{path} is damaged: {mend}")
    return text


def _make(path: Path, secret: str) -> None:
    """Write the whole file beside its place, then link it there: the first worker wins, nobody reads half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _flush(path.parent)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()


def _flush(folder: Path) -> None:
    """What a key has sealed must not outlive it when the power is cut."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        os.fsync(handle)
        os.close(handle)
