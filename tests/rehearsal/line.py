"""The real line for tests: its own folder, a fresh database, the words in git, reached through signed requests."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.config import Config
from ivr.factory import create_app
from ivr.rehearsal.reach import Reach, in_this_process
from ivr.store import Store, migrate


@dataclass(frozen=True, slots=True)
class RealLine:
    """A line in this process, and the database behind it."""

    config: Config
    reach: Reach
    store: Store
    close: Callable[[], None]

    def rows(self) -> list[dict[str, str]]:
        """The callback requests left so far, in the order in which they were made, every value as text."""
        requests = sorted(self.store.queue(None), key=lambda request: (request.created, request.reference))
        names = ("reference", "phone", "status", "council", "topic", "best_time", "safe_message", "needs", "language")
        return [{name: _text(getattr(request, name)) for name in names} for request in requests]


def _text(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list | frozenset):
        return ",".join(value)
    return "" if value is None else str(value)


def empty_database(folder: Path) -> Path:
    """A database with its schema and nothing in it, to be copied."""
    path = folder / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


def real_line(folder: Path, database: Path, **settings: str) -> RealLine:
    """A line that keeps everything in `folder`; `database` is copied there."""
    (folder / "line.db").write_bytes(database.read_bytes())
    config = Config.from_env({"DATA_DIR": str(folder), **settings})
    app = create_app(config)
    switchboard = app.extensions["switchboard"]
    return RealLine(config, in_this_process(config, lambda _: app), switchboard.store, switchboard.close)
