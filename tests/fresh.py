"""A database with its schema and nothing in it: made once in a process, then copied, since making one takes longer."""

import tempfile
from functools import cache
from pathlib import Path

from ivr.store import migrate


def prepare(url: str) -> None:
    """As `migrate`, and quicker where the database is a file that is not there yet."""
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())
    else:
        migrate(url)


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "line.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()
