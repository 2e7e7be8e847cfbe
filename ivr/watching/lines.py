"""The log: one line for each thing that happened, JSON for machines or text for a terminal; times in UTC."""

import json
import logging
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TextIO

from ivr.settings.watching import WatchingSettings
from ivr.watching.notes import NOTES, Answered, Note
from ivr.watching.safe import HERE, Marks, broke, is_own, words

LEAST_OWN: Final = logging.INFO
LEAST_OF_OTHERS: Final = logging.WARNING
"""What libraries say below this may be the whole of a request."""


class Form(logging.Formatter):
    """A record as one line. Calls are named by their marks."""

    def __init__(self, marks: Marks, *, as_json: bool) -> None:
        super().__init__()
        self.marks: Final = marks
        self.as_json: Final = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told: dict[str, Any] = {
            "at": moment(record.created),
            "level": record.levelname.lower(),
            "part": _part(record),
            "text": words(record, self.marks),
        }
        if not is_own(record):
            told["where"] = f"{record.module}:{record.lineno}"
        if NOTES.call:
            told["call"] = self.marks(NOTES.call)
        if isinstance(error := (record.exc_info or (None, None))[1], BaseException):
            told["error"] = broke(error, self.marks)
        return json.dumps(told, ensure_ascii=False) if self.as_json else _for_people(told)


def _part(record: logging.LogRecord) -> str:
    """The part of the line, or the library."""
    if is_own(record):
        return record.pathname.removeprefix(HERE).removesuffix(".py").replace("/", ".")
    _, within, library = record.pathname.rpartition("/site-packages/")
    return library.partition("/")[0] if within else record.name.partition(".")[0]


def _for_people(told: dict[str, Any]) -> str:
    after = "".join(f" {name}={told[name]}" for name in ("where", "call") if name in told)
    causes = "".join(f"\n    {cause}" for cause in told.get("error", ()))
    return f"{told['at'][11:19]} {told['level']:<7} {told['part']}: {told['text']}{after}{causes}"


def moment(seconds: float) -> str:
    """A time in ISO form, UTC, to the millisecond."""
    whole, part = divmod(int(seconds * 1000), 1000)
    return f"{_second(whole)}.{part:03d}Z"


def since() -> float:
    """When `perf_counter` was zero, in seconds since 1970, so that what began by it has a time of day."""
    return time.time() - time.perf_counter()


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class Wanted(logging.Filter):
    """What the log is to hold, and a count of what warns."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write this."""
        least = LEAST_OWN if is_own(record) or record.name == "gunicorn.error" else LEAST_OF_OTHERS
        if record.levelno >= logging.WARNING:
            NOTES.count("log_lines", "error" if record.levelno >= logging.ERROR else "warning")
        return record.levelno >= least


class Turns:
    """A line for each answer to a caller, written many at a time by the thread that counts."""

    def __init__(self, form: Form, stream: TextIO | None = None) -> None:
        self._form = form
        self._stream = stream

    def take(self, notes: Sequence[Note]) -> None:
        """Write those that are answers. A log that cannot be written costs its lines and nothing else."""
        zero = since()
        lines = [self._line(note, zero) for note in notes if isinstance(note, Answered)]
        if lines:
            stream = self._stream or sys.stderr
            stream.write("".join(lines))
            stream.flush()

    def _line(self, note: Answered, zero: float) -> str:
        at, call, ms = moment(zero + note.began), self._form.marks(note.call), round(note.seconds * 1000, 1)
        if not self._form.as_json:
            turn = f" {note.node} {note.event} -> {note.leads}" if note.node else ""
            return f"{at[11:19]} call {call or '-'} {note.route}{turn} {note.outcome} {ms} ms\n"
        # Every value is of a fixed list, or an id of the flow: letters, digits, hyphens. None has to be escaped.
        return (
            f'{{"at": "{at}", "level": "info", "part": "turn", "call": "{call}", "route": "{note.route}", '
            f'"node": "{note.node}", "event": "{note.event}", "leads": "{note.leads}", '
            f'"outcome": "{note.outcome}", "ms": {ms}}}\n'
        )


def form(settings: WatchingSettings, key: str, stream: TextIO | None = None) -> Form:
    """How this line's log is written."""
    terminal = (stream or sys.stderr).isatty()
    return Form(Marks(key), as_json=settings.logs == "json" or (settings.logs == "auto" and not terminal))


def write_log(made: Form, handlers: Sequence[logging.Handler] = ()) -> None:
    """From now on everything that is logged in this process is written so; `handlers` by default: standard error."""
    root = logging.getLogger()
    root.handlers = list(handlers) or [logging.StreamHandler()]
    root.setLevel(logging.INFO)
    for handler in root.handlers:
        handler.setFormatter(made)
        if not any(isinstance(one, Wanted) for one in handler.filters):
            handler.addFilter(Wanted())
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # the log that cannot be written is not told of with what could not be written
    threading.excepthook = _thread_broke
    sys.unraisablehook = _unraisable


_log: Final = logging.getLogger(__name__)


def _thread_broke(told: threading.ExceptHookArgs) -> None:
    error = told.exc_value
    _log.error("a thread broke", exc_info=(type(error), error, error.__traceback__) if error else None)


def _unraisable(told: "sys.UnraisableHookArgs") -> None:
    error = told.exc_value
    _log.error("something broke unseen", exc_info=(type(error), error, error.__traceback__) if error else None)
