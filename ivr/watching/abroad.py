"""What goes to Sentry, for those who want that: the errors of the log, and not a word more than it says.

Nothing is collected by that package itself: each event is made here, of the kinds and places of errors.
"""

import logging
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, Final

from ivr.watching.notes import NOTES, count
from ivr.watching.outbox import DROPPED, Outbox
from ivr.watching.safe import Marks, causes, frames, is_own, kind, told, words

STOP: Final = 1.0
"""Seconds that whoever stops waits, twice: until the outbox is empty, and for Sentry's own thread."""
KEPT: Final = frozenset({"event_id", "timestamp", "platform", "level", "logger", "release", "environment"})
"""What may be told of an event besides what is made here."""


class Errors(logging.Handler):
    """Sends each error of the log to Sentry. What of it goes is decided here, and looked at once more on its way."""

    def __init__(self, dsn: str, marks: Marks, environment: str) -> None:
        super().__init__(logging.ERROR)
        import sentry_sdk
        from sentry_sdk.transport import HttpTransport

        class Counting(HttpTransport):
            """What Sentry's own queue has no room for, or nobody took."""

            def on_dropped_event(self, _reason: str) -> None:
                count(DROPPED, "sentry")

        self._marks = marks
        self._capture: Callable[[Any], object] = sentry_sdk.capture_event
        self._flush: Callable[[float], object] = sentry_sdk.flush
        self._out: Outbox[dict[str, Any]] = Outbox("sentry", self._sent)
        sentry_sdk.init(
            dsn,
            transport=Counting,
            release=f"plainline@{version('plainline')}",
            environment=environment,
            server_name="line",
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            send_client_reports=False,
            send_default_pii=False,
            max_request_body_size="never",
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            propagate_traces=False,
            enable_metrics=False,
            spotlight=False,
            before_send=only_ours,
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Have it sent. What cannot be told is lost, and whoever logged it goes on."""
        try:
            self._out.put([event(record, self._marks)])
        except Exception:  # noqa: BLE001 - as of every handler of the log
            self.handleError(record)

    def stop(self) -> None:
        """Send what waits, for a moment."""
        self._out.close(STOP)
        self._flush(STOP)

    def _sent(self, events: Sequence[dict[str, Any]]) -> bool:
        for one in events:
            self._capture(one)
        return True


def own_trouble(record: logging.LogRecord) -> bool:
    """Whether to send this: what Sentry's own package says of its troubles would go round in a circle."""
    return not record.name.startswith(("sentry_sdk", "urllib3"))


def event(record: logging.LogRecord, marks: Marks) -> dict[str, Any]:
    """A line of the log as Sentry has it."""
    made: dict[str, Any] = {
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "logger": record.name if is_own(record) else record.name.partition(".")[0],
        "logentry": {"formatted": words(record, marks)},
    }
    if NOTES.call:
        made["tags"] = {"call": marks(NOTES.call)}
    error = (record.exc_info or (None, None))[1]
    if isinstance(error, BaseException):
        made["exception"] = {"values": [_broke(one, marks) for one in reversed(list(causes(error)))]}
    return made


def _broke(error: BaseException, marks: Marks) -> dict[str, Any]:
    steps = [{"filename": file, "lineno": line, "function": name} for file, line, name in frames(error.__traceback__)]
    return {"type": kind(error), "value": told(error, marks), "stacktrace": {"frames": steps}}


def only_ours(made: Any, _hint: object = None) -> Any:
    """An event with what is known to be harmless; whatever a package added of its own is left here."""
    values = made.get("exception", {}).get("values", [])
    return {
        **{name: made[name] for name in KEPT & made.keys()},
        "logentry": {"formatted": str(made.get("logentry", {}).get("formatted", ""))},
        "tags": {"call": str(made.get("tags", {}).get("call", ""))},
        "exception": {"values": [_only(one) for one in values]},
    }


def _only(value: dict[str, Any]) -> dict[str, Any]:
    names = ("filename", "lineno", "function")
    steps = [{name: step.get(name) for name in names} for step in (value.get("stacktrace") or {}).get("frames", [])]
    return {"type": value.get("type"), "value": value.get("value"), "stacktrace": {"frames": steps}}
