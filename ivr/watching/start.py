"""Begins to watch, in the process that serves the line or works for it."""

import atexit
import logging
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.settings.watching import WatchingSettings
from ivr.watching.abroad import Errors, own_trouble
from ivr.watching.lines import Form, Turns, form, write_log
from ivr.watching.notes import NOTES, Taker

if TYPE_CHECKING:
    from ivr.watching.metrics import Metrics

_log: Final = logging.getLogger(__name__)


class Watch:
    """What watches this process."""

    def __init__(self) -> None:
        self.metrics: Metrics | None = None

    def start(self, settings: WatchingSettings, key: str, folder: Path | None = None, slot: int = 0) -> None:
        """Write the log, and take notes. `key` marks calls; `folder` and `slot` are for figures of several workers."""
        made = _form(settings, key)
        takers: list[Taker] = []
        if settings.metrics:
            self.metrics = self.metrics or _metrics(folder, slot)
            takers.append(self.metrics.take)
        if settings.turns:
            takers.append(Turns(made).take)
        NOTES.take(*takers, *_abroad(settings, made))


WATCH: Final = Watch()
"""That of this process."""


def _form(settings: WatchingSettings, key: str) -> Form:
    """The form in which gunicorn's log is written already, or one that is written from now on."""
    made = form(settings, key)
    own = [handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, Form)]
    write_log(made, own)
    return made


def _metrics(folder: Path | None, slot: int) -> "Metrics":
    """Figures that are put together with those of other workers where they can be."""
    from ivr.watching.metrics import Metrics  # without figures not even the package that keeps them is loaded

    try:
        return Metrics(folder, slot)
    except (OSError, RuntimeError, ValueError, struct.error) as trouble:
        _log.error("this worker's figures are not put together with others: %s", type(trouble).__name__)
        return Metrics()


def _abroad(settings: WatchingSettings, made: Form) -> list[Taker]:
    """Begin to send what is to be sent. Where its package is missing that is told, and calls are answered as ever."""
    takers: list[Taker] = []
    try:
        if settings.sentry_dsn:
            errors = _errors(settings, made)
            logging.getLogger().addHandler(errors)
            atexit.register(errors.stop)
        if settings.otel_url:
            from ivr.watching.traces import Traces

            traces = Traces(settings.otel_url, made.marks)
            takers.append(traces.take)
            atexit.register(traces.close)
    except ImportError as missing:
        _log.error("%s is not installed; to have it: pip install -r requirements/watching.txt", missing.name)
    return takers


def _errors(settings: WatchingSettings, made: Form) -> Errors:
    handler = Errors(settings.sentry_dsn, made.marks, "production" if settings.production else "rehearsal")
    handler.addFilter(own_trouble)
    return handler
