"""Names of files that outlive a power cut."""

import os
import sys
from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk. Raises OSError."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
