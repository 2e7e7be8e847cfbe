"""The order of the measurements. Each is printed when it is done; at the end docs/performance.md is written."""

import itertools
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from ivr.store import migrate

from . import growth
from .calls import CALLBACK, GUIDANCE, SETTINGS, Step, calls, typical
from .load import Taken, connect, load
from .report import Round, Row, speeds, table, write
from .servers import TOP, Server, serving

ROUNDS = 5
SECONDS = 0.8
"""How long each kind of request is asked in each round."""
WHOLE = slice(0, 7)
BARE = "bare route"
MOST = 600
"""Calls made ready for a round; more than any server here takes in that time."""
TARGETS = (
    (8, "guidance turn", "ratio", 0.55),
    (8, "durable callback turn", "ratio", 0.25),
    (8, "whole call", "ratio", 0.40),
    (8, "durable callback turn", "p99 ms", 60.0),
    (64, "whole call", "p99 ms", 300.0),
)
ABOUT = """\
Every request is signed as Twilio signs it and carries the state that the line gave before; every callback step has a
call and a number of its own, and every answer is looked at. gunicorn, gthread, two workers of four threads; medians of
{rounds} rounds. *Ratio*: answers a second against those of a bare Flask route of constant bytes in the same round. The
tutorial's line checks signatures with Twilio's validator and writes one menu with `VoiceResponse`; it decides nothing.
The load generator runs on the same processors and takes about {cost:.0f} µs a request.
"""
Asked = tuple[str, Server, slice]


def main() -> int:
    """Measure everything. 1 when an answer was wrong."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        steps = typical(folder / "typical")
        servers = {name: stack.enter_context(one) for name, one in _servers(folder)}
        rows = [row for connections in (8, 1, 64) for row in _compared(servers, steps, connections)]
        memory = max(servers["line"].memory())
        stack.close()
        parts = [
            ("Beside a bare route, in the same run", _beside(rows)),
            ("Targets", _targets(rows, memory, start := _start(folder))),
            ("A worker", f"It starts in {start:.2f} s and has {memory:.0f} MB in memory after all this.\n"),
            ("As the work grows", _grown(folder, steps)),
        ]
    print(write(parts))
    return 0


def _servers(folder: Path) -> Iterator[tuple[str, object]]:
    migrate(f"sqlite:///{folder / 'line' / 'line.db'}")
    yield "line", serving("app:app", folder / "line")
    for name in ("bare", "tutorial", "storing"):
        yield name, serving(f"tests.bench.yardsticks:{name}()", folder / name)


def _compared(servers: dict[str, Server], steps: list[Step], connections: int) -> list[Row]:
    """All kinds of requests, one after the other, round by round, so that what disturbs one disturbs all."""
    ours, bare = servers["line"], servers["bare"]
    kinds: list[Asked] = [(BARE, bare, GUIDANCE), ("guidance turn", ours, GUIDANCE)]
    kinds += [("durable callback turn", ours, CALLBACK), ("whole call", ours, WHOLE)]
    if connections == 8:
        kinds += [("tutorial, whole call, stores nothing", servers["tutorial"], WHOLE)]
        kinds += [("tutorial, whole call, stores two rows", servers["storing"], WHOLE)]
    found: dict[str, list[Round]] = {name: [] for name, _, _ in kinds}
    lines = {server: connect(server.port, connections, server.sockets) for server in {one for _, one, _ in kinds}}
    for number in range(ROUNDS + 1):
        for name, server, part in kinds:
            one = _round(server, steps[part], lines[server], strict=server is ours)
            if number:  # the first warms up
                found[name].append(one)
    for line in itertools.chain(*lines.values()):
        line.close()
    rows = [Row(connections, name, tuple(found[name]), tuple(found[BARE])) for name in found]
    print(speeds(rows), flush=True)
    return rows


def _round(server: Server, steps: list[Step], lines: list[socket.socket], *, strict: bool) -> Round:
    ready = list(itertools.islice(calls(steps), MOST * 7 // len(steps)))
    before = server.processor()
    taken: Taken = load(lines, ready, SECONDS, strict=strict)
    used = server.processor() - before
    if taken.wrong:
        raise RuntimeError(f"{taken.wrong} of {len(taken.times)} answers are wrong, first: {taken.sample[:2000]!r}")
    each = 1e6 / len(taken.times)
    return Round(taken.rate, taken.within(0.5), taken.within(0.99), used * each, taken.processor * each)


def _beside(rows: list[Row]) -> str:
    cost = statistics.median(row.median("generator") for row in rows)
    return f"{ABOUT.format(rounds=ROUNDS, cost=cost)}\n{speeds(rows)}"


def _targets(rows: list[Row], memory: float, start: float) -> str:
    by = {(row.connections, row.name): row for row in rows}
    lines = []
    for connections, name, what, wanted in TARGETS:
        row = by[connections, name]
        value = row.ratio if what == "ratio" else row.median("nearly_all")
        good = value >= wanted if what == "ratio" else value <= wanted
        bound = f"{'at least' if what == 'ratio' else 'at most'} {wanted:g}"
        lines.append((f"{name}, {connections} connections, {what}", bound, f"{value:.2f}", "yes" if good else "no"))
    for peer in ("tutorial, whole call, stores nothing", "tutorial, whole call, stores two rows"):
        times = by[8, "whole call"].ratio / by[8, peer].ratio
        lines.append((f"whole call beside: {peer}", "at least 2.5", f"{times:.2f}", "yes" if times >= 2.5 else "no"))
    lines.append(("start of a worker, s", "at most 1", f"{start:.2f}", "yes" if start <= 1 else "no"))
    lines.append(("memory of a worker, MB", "at most 120", f"{memory:.0f}", "yes" if memory <= 120 else "no"))
    return table(("what", "target", "measured", "met"), lines)


def _start(folder: Path) -> float:
    """Seconds from nothing to a line that can answer: the median of five."""
    taken = []
    for _ in range(5):
        before = time.perf_counter()
        environ = {**SETTINGS, "DATA_DIR": str(folder / "typical"), "PATH": "/usr/bin:/bin"}
        subprocess.run([sys.executable, "-c", "import app"], cwd=TOP, env=environ, check=True)
        taken.append(time.perf_counter() - before)
    return statistics.median(taken)


def _grown(folder: Path, steps: list[Step]) -> str:
    nodes, checked, changed = growth.by_nodes(folder), growth.by_check(folder), growth.by_changes(folder)
    lines = [(f"a turn, {count:,} nodes", f"{taken:.0f} µs of processor") for count, taken in nodes.items()]
    for what, found in growth.by_calls(folder, steps).items():
        unit = ("requests", f"{what}") if what.startswith("page") else ("calls stored", what)
        lines += [(f"{unit[1]}, {count:,} {unit[0]}", _shown(what, taken)) for count, taken in found.items()]
    lines += [
        (f"`ivr check`, {count} nodes", f"{taken:.2f} s, {taken / count * 1000:.0f} ms a node")
        for count, taken in checked.items()
    ]
    lines += [
        (f"audio, {count} of 12 sentences changed", f"{made} files made, {taken:.1f} s")
        for count, (made, taken) in changed.items()
    ]
    return table(("what", "cost"), lines)


def _shown(what: str, taken: float) -> str:
    return f"{taken:.1f} ms" if what.startswith("page") else f"{taken:.0f} µs of processor"


if __name__ == "__main__":
    sys.exit(main())
