"""What goes to Sentry and to OpenTelemetry, for those who want either: what the log says, and not a word more.

Nothing is collected by those packages themselves: each event and each span is made here, of the kinds and places of
errors, nodes, events and times. All is sent by threads of theirs; one that is slow or gone costs its own news only.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, Final

from ivr.watching.lines import since
from ivr.watching.notes import NOTES, Answered, Note, Taker
from ivr.watching.safe import Marks, causes, frames, is_own, kind, told, words

ON_TIME: Final = 3.0
"""Seconds that one delivery may take."""
GATHER: Final = 2_000
"""Milliseconds for which spans are gathered into one delivery."""
STOP: Final = 2.0
"""Seconds that whoever stops waits for what is still to be sent."""
KEPT: Final = frozenset({"event_id", "timestamp", "platform", "level", "logger", "release", "environment"})
"""What may be told of an event besides what is made here."""


class Errors(logging.Handler):
    """Sends each error of the log to Sentry."""

    def __init__(self, dsn: str, marks: Marks, environment: str) -> None:
        super().__init__(logging.ERROR)
        import sentry_sdk

        self._marks = marks
        self._send: Callable[[Any], object] = sentry_sdk.capture_event
        sentry_sdk.init(
            dsn,
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
            shutdown_timeout=STOP,
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Hand it over; what of it goes out is decided here and looked at once more before it does."""
        self._send(event(record, self._marks))


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


class Traces:
    """Sends a span for each answer to a caller to a collector of OpenTelemetry."""

    def __init__(self, url: str, marks: Marks) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace import SpanKind

        self._marks, self._kind = marks, SpanKind.SERVER
        resource = Resource({"service.name": "plainline", "service.version": version("plainline")})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", timeout=ON_TIME)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=GATHER))
        self._tracer = self._provider.get_tracer("plainline")

    def take(self, notes: Sequence[Note]) -> None:
        """A span for each that is an answer."""
        zero = since()
        for note in notes:
            if isinstance(note, Answered):
                began = int((zero + note.began) * 1e9)
                span = self._tracer.start_span(
                    note.route, start_time=began, kind=self._kind, attributes=self._told(note)
                )
                span.end(began + int(note.seconds * 1e9))

    def close(self) -> None:
        """Send what waits, for a moment."""
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(STOP)

    def _told(self, note: Answered) -> dict[str, str]:
        named = {"call": self._marks(note.call), "node": note.node, "event": note.event, "leads": note.leads}
        return {f"plainline.{name}": value for name, value in {**named, "outcome": note.outcome}.items() if value}


def spans(url: str, marks: Marks) -> tuple[Taker, Callable[[], None]]:
    """Who takes answers as spans, and what ends it. Raises ImportError where OpenTelemetry is not installed."""
    made = Traces(url, marks)
    return made.take, made.close
