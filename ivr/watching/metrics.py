"""The figures of one server, as Prometheus reads them; those of its workers are put together in one folder.

A name or a label that is not here is never told, so that nothing about a caller can become one.
"""

from collections import Counter as Count
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ivr.watching.notes import Answered, Note

COUNTED: Final = {
    "calls": ("Calls that reached the line.", ()),
    "turns": ("What reached the line where; a transfer's end is one of them.", ("node", "event")),
    "fallbacks": ("Answers that were the words for a fault.", ("why",)),
    "refused": ("Requests that Twilio did not sign, or that are not what it sends.", ("code",)),
    "other_numbers": ("Calls for a number that is not set as the line's own; they were answered.", ()),
    "database_trouble": ("Times that the database did not do something in time.", ("kind",)),
    "promises_spooled": ("Promises kept on disk because the database could not take them.", ()),
    "promises_taken_in": ("Promises brought from disk into the database.", ()),
    "promises_not_kept": ("Promises that nothing could take; their callers heard so.", ()),
    "jobs": ("Attempts at background work.", ("kind", "outcome")),
    "notes_lost": ("Notes of what callers listened to that were lost.", ()),
    "log_lines": ("Lines of the log that warn, or tell of an error.", ("level",)),
    "pages": ("Pages and forms of staff and public, by the hundred of their status.", ("code",)),
    "news_dropped": ("News for Sentry or a collector of traces that were lost.", ("where",)),
}
"""Counters, each with what it says and its labels."""
KNOWN: Final = {
    "fallbacks": ("fault", "odd", "asked", "watchdog"),
    "refused": ("403",),
    "log_lines": ("warning", "error"),
    "pages": ("5xx",),
    "news_dropped": ("sentry", "traces"),
}
"""Counters that are there from the start, at nothing: a rise from nowhere is none to Prometheus."""
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds: a turn should take under 0.3, a fault under 5; Twilio gives up after 15."""
MOST_SERIES: Final = 2_000
"""Pairs of labels that one process tells apart; any further is `other`. A flow of 70 nodes makes some hundreds."""
OTHER: Final = "other"
ASKED: Final = "/fallback"
"""The route that Twilio asks for when an answer did not come or was none."""


_shared: Final[Callable[[Callable[[], int]], type[values.MutexValue]]] = values.MultiProcessValue


class Metrics:
    """The figures of one process. `folder` is that of its server, `slot` its own place there; none: it stands alone."""

    def __init__(self, folder: Path | None = None, slot: int = 0) -> None:
        self._folder = folder
        values.ValueClass = _shared(lambda: slot) if folder else values.MutexValue
        self._registry = CollectorRegistry()
        self._counters = {
            name: Counter(f"plainline_{name}", about, labels, registry=self._registry)
            for name, (about, labels) in COUNTED.items()
        }
        about = "From the arrival of a request of Twilio's to its answer."
        self._seconds = Histogram(
            "plainline_answer_seconds", about, ("route",), buckets=BUCKETS, registry=self._registry
        )
        self._series: dict[tuple[str, tuple[str, ...]], Any] = {}
        for name, known in KNOWN.items():
            for label in known:
                self._of(name, (label,))

    def take(self, notes: Sequence[Note]) -> None:
        """Count these: each counter once, however many notes it has."""
        counts: Count[tuple[str, tuple[str, ...]]] = Count()
        for note in notes:
            if isinstance(note, Answered):
                self._of("seconds", (note.route,)).observe(note.seconds)
                counts.update(_told(note))
            else:
                counts[note.what, note.labels] += note.times
        for (what, labels), times in counts.items():
            self._of(what, labels).inc(times)

    def text(self, more: Iterable[Collector] = ()) -> bytes:
        """Everything, as Prometheus reads it, with what others know at this moment."""
        registry = self._registry
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        told = generate_latest(registry)
        for collector in more:
            own = CollectorRegistry(auto_describe=False)
            own.register(collector)
            told += generate_latest(own)
        return told

    def _of(self, what: str, labels: tuple[str, ...]) -> Any:
        found = self._series.get((what, labels))
        if found is None:
            room = len(self._series) < MOST_SERIES
            found = self._made(what, labels if room else (OTHER,) * len(labels))
            if room:
                self._series[what, labels] = found
        return found

    def _made(self, what: str, labels: tuple[str, ...]) -> Any:
        metric = self._seconds if what == "seconds" else self._counters[what]
        return metric.labels(*labels) if labels else metric


def _told(note: Answered) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which counters an answer moves."""
    if note.node:
        yield "turns", (note.node, note.event)
    if note.event == "started":
        yield "calls", ()
    if note.outcome != "answered" or note.route == ASKED:
        yield "fallbacks", (note.outcome if note.outcome != "answered" else "asked",)
