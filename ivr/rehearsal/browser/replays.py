"""A line for each replay, with an empty queue of its own: what was asked for before cannot change how a story goes.

Its database is a file in a folder of the line's data, so that any worker of this host can go on with a replay.
"""

import re
import secrets
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Final

from flask import Flask

from ivr.config import Config
from ivr.line import clock
from ivr.rehearsal.browser.carried import LONGEST
from ivr.rehearsal.browser.gate import Refused
from ivr.rehearsal.reach import Reach, in_this_process
from ivr.store import Request, migrate, occupied

FOLDER: Final = "replays"
OPEN: Final = 3
"""Lines that a worker has at hand; one that is asked for again later is opened again."""
ROWS: Final = ("reference", "phone", "status", "council", "topic", "best_time", "safe_message", "needs", "language")
"""What a story may expect of a callback request."""
_NAME: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Line:
    app: Flask
    reach: Reach


class Replays:
    """The replays of one line. Safe to share between threads. `make` makes a line of the settings that it is given."""

    def __init__(self, config: Config, make: Callable[[Config], Flask]) -> None:
        self._config = config
        self._make = make
        self._lock = Lock()
        self._lines: dict[str, _Line] = {}

    def begin(self) -> str:
        """The name of a new replay, whose queue is empty. Replays that are long over are deleted."""
        name = secrets.token_hex(16)
        with self._lock:
            self._forget_old()
            migrate(self._settings(name).database_url)
        return name

    def line(self, name: str) -> Reach:
        """The line of a replay. Raises Refused when there is none of that name any more."""
        return self._opened(name).reach

    def busy(self, name: str) -> AbstractContextManager[None]:
        """Keeps its database busy for as long as the context lasts."""
        return occupied(self._settings(name).database_url)

    def queue(self, name: str) -> list[dict[str, str]]:
        """The callback requests that a replay has left so far, the first that was made first, every value as text."""
        switchboard = self._opened(name).app.extensions["switchboard"]
        switchboard.intake.once()  # what the database could not take in the story's own trouble
        found = sorted(switchboard.store.queue(None), key=lambda request: (request.created, request.reference))
        return [_row(request) for request in found]

    def close(self) -> None:
        """Close all lines. Their replays can go on in another worker."""
        with self._lock:
            while self._lines:
                self._shut(next(iter(self._lines)))

    def _opened(self, name: str) -> _Line:
        with self._lock:
            found = self._lines.pop(name, None) or self._open(name)
            self._lines[name] = found
            while len(self._lines) > OPEN:
                self._shut(next(iter(self._lines)))
        return found

    def _open(self, name: str) -> _Line:
        settings = self._settings(name)
        if not _NAME.fullmatch(name) or not settings.data_dir.is_dir():
            raise Refused("This replay is over. Please begin it again.")
        app = self._make(settings)
        return _Line(app, in_this_process(settings, lambda _: app))

    def _shut(self, name: str) -> None:
        self._lines.pop(name).app.extensions["switchboard"].close()

    def _settings(self, name: str) -> Config:
        folder = self._folder / name
        watching = replace(self._config.watching, metrics=False, turns=False)
        url = f"sqlite:///{folder / 'line.db'}"
        return replace(self._config, data_dir=folder, database_url=url, worker=False, watching=watching)

    @property
    def _folder(self) -> Path:
        return self._config.data_dir / FOLDER

    def _forget_old(self) -> None:
        """A replay that no page can go on with any more: nothing of it is of use to anybody."""
        before = clock().timestamp() - 2 * LONGEST
        for folder in self._folder.glob("*"):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _row(request: Request) -> dict[str, str]:
    return {name: _text(getattr(request, name)) for name in ROWS}


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
