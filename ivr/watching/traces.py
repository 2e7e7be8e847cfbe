"""What goes to a collector of OpenTelemetry, for those who want that: one span for each answer to a caller.

Nothing is collected by that package itself: each span is made here, of route, node, event and times. Only who wants
spans imports this.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from ivr.watching.lines import since
from ivr.watching.notes import Answered, Note
from ivr.watching.outbox import Outbox
from ivr.watching.safe import Marks

ON_TIME: Final = 3.0
"""Seconds that one delivery may take."""
STOP: Final = 2.0
"""Seconds that whoever stops waits for what is still to be sent."""
_made: Final = RandomIdGenerator()
_sampled: Final = TraceFlags(TraceFlags.SAMPLED)


class Traces:
    """Sends a span for each answer to a caller, from a thread of its own."""

    def __init__(self, url: str, marks: Marks, on_time: float = ON_TIME) -> None:
        self._marks = marks
        self._resource = Resource({"service.name": "plainline", "service.version": version("plainline")})
        self._exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", timeout=on_time)
        self._out: Outbox[Answered] = Outbox("traces", self._sent)

    def take(self, notes: Sequence[Note]) -> None:
        """Have a span sent for each that is an answer."""
        self._out.put([note for note in notes if isinstance(note, Answered)])

    def close(self) -> None:
        """Send what waits, for a moment."""
        self._out.close(STOP)

    def _sent(self, answers: Sequence[Answered]) -> bool:
        zero = since()
        return self._exporter.export([self._span(note, zero) for note in answers]) is SpanExportResult.SUCCESS

    def _span(self, note: Answered, zero: float) -> ReadableSpan:
        began = int((zero + note.began) * 1e9)
        return ReadableSpan(
            note.route,
            SpanContext(_made.generate_trace_id(), _made.generate_span_id(), is_remote=False, trace_flags=_sampled),
            resource=self._resource,
            attributes=self._told(note),
            kind=SpanKind.SERVER,
            start_time=began,
            end_time=began + int(note.seconds * 1e9),
        )

    def _told(self, note: Answered) -> dict[str, str]:
        named = {"call": self._marks(note.call), "node": note.node, "event": note.event, "leads": note.leads}
        return {f"plainline.{name}": value for name, value in {**named, "outcome": note.outcome}.items() if value}
