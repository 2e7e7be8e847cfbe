"""The figures as a page: docs/performance.md, written by `python3 dev.py bench` and by nobody else."""

import os
import platform
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one kind of request: answers a second, milliseconds, microseconds of processor for one answer."""

    rate: float
    half: float
    nearly_all: float
    processor: float
    generator: float


@dataclass(frozen=True, slots=True)
class Row:
    """All rounds of one kind of request at one number of connections, beside those of the bare route."""

    connections: int
    name: str
    rounds: tuple[Round, ...]
    bare: tuple[Round, ...]

    @property
    def ratio(self) -> float:
        """Answers a second against the bare route's of the same round; the median of all rounds."""
        return statistics.median(own.rate / bare.rate for own, bare in zip(self.rounds, self.bare, strict=True))

    @property
    def processor_ratio(self) -> float:
        """The same by processor time alone, which other work on the machine disturbs less."""
        pairs = zip(self.rounds, self.bare, strict=True)
        return statistics.median(bare.processor / own.processor for own, bare in pairs)

    def median(self, name: str) -> float:
        """The median of all rounds."""
        return statistics.median(getattr(one, name) for one in self.rounds)


def machine() -> str:
    """What was measured on."""
    cpus = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    model = cpus[0].partition(":")[2].strip() if cpus else platform.processor()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} processors ({model}), {platform.system()}, Python {platform.python_version()}; load {load}"
    )


def _lines(path: str) -> list[str]:
    place = Path(path)
    return place.read_text("utf-8").splitlines() if place.exists() else []


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def speeds(rows: list[Row]) -> str:
    """The table of everything that was asked over HTTP."""
    heads = (
        "connections",
        "what",
        "answers/s",
        "ratio",
        "ratio by processor time",
        "p50 ms",
        "p99 ms",
        "µs of processor",
    )
    return table(
        heads,
        (
            (
                str(row.connections),
                row.name,
                f"{row.median('rate'):.0f}",
                f"{row.ratio:.2f}",
                f"{row.processor_ratio:.2f}",
                f"{row.median('half'):.1f}",
                f"{row.median('nearly_all'):.1f}",
                f"{row.median('processor'):.0f}",
            )
            for row in rows
        ),
    )


def write(parts: Iterable[tuple[str, str]], now: datetime | None = None) -> str:
    """Write the page of these headings and texts. Returns it."""
    day = (now or datetime.now(UTC)).date()
    text = f"# How fast the line is\n\nMeasured on {day} with `python3 dev.py bench`, which writes this page.\n"
    text += f"Machine: {machine()}.\n"
    text += "".join(f"\n## {head}\n\n{body}" for head, body in parts)
    PAGE.write_text(text, "utf-8")
    return text
