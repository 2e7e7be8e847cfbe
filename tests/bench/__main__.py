"""The order of the measurements. Each is printed when it is done; at the end docs/performance.md is written."""

import itertools
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from ivr.store import migrate

from . import growth
from .calls import CALLBACK, GUIDANCE, SETTINGS, Sent, Step, calls, typical
from .load import Taken, connect, load
from .report import Round, Row, speeds, table, write
from .servers import TOP, Server, serving

ROUNDS = 5
SLICES, SECONDS = 6, 0.15
"""How often each kind of request is asked in each round, by turns with the others, and for how long each time: what
else a host of many machines does changes within a second, and is to disturb all kinds alike."""
WHOLE = slice(0, 7)
BARE = "bare route"
MOST = 160
"""Calls made ready for a slice; more than any server here takes in that time."""
TARGETS = (
    (8, "guidance turn", "ratio", 0.55),
    (8, "durable callback turn", "ratio", 0.25),
    (8, "whole call", "ratio", 0.40),
    (8, "durable callback turn", "p99 ms", 60.0),
    (64, "whole call", "p99 ms", 300.0),
)
TUTORIALS = {
    "tutorial": "tutorial, whole call, stores nothing",
    "storing": "tutorial, whole call, stores two rows",
}
PEER = "twilio-phone-tree"
BEST_PEER = 0.18
"""Answers a second against those of a bare route: twilio-phone-tree (Flask, YAML), of the lines we know that check
signatures the fastest. Measured apart, under the same kind of server with 8 connections: a welcome and one menu."""
ABOUT = """\
Every request is signed as Twilio signs it and carries the state that the line gave before; every callback step has a
call and a number of its own, and every answer is looked at. gunicorn, gthread, two workers of four threads; medians of
{rounds} rounds. *Ratio*: answers a second against those of a bare Flask route of constant bytes in the same round. The
tutorial's line checks signatures with Twilio's validator and writes one menu with `VoiceResponse`; it decides nothing.
Of the lines we know that check signatures the fastest is twilio-phone-tree (Flask, YAML): {peer:g} of a bare route,
measured apart, for a welcome and one menu.
The load generator runs on the same processors and takes about {cost:.0f} µs a request.
"""
WORKER = """\
It starts in {start:.2f} s, and an application of Flask's that has nothing in it in {flask:.2f} s on the same machine.
It has {memory:.0f} MB in memory after all this.
"""
Asked = tuple[str, Server, slice]
Slice = tuple[Taken, float]
"""What the generator took, and seconds of processor that the server used for it."""


def main() -> int:
    """Measure everything. 1 when an answer was wrong."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        steps = typical(folder / "typical")
        servers = {name: stack.enter_context(one) for name, one in _servers(folder)}
        rows = [row for connections in (8, 1, 64) for row in _compared(servers, steps, connections)]
        memory = max(servers["line"].memory())
        stack.close()
        start, flask = _start(folder, "import app"), _start(folder, "import flask; flask.Flask('bare')")
        parts = [
            ("Beside a bare route, in the same run", _beside(rows)),
            ("Targets", _targets(rows, memory, start)),
            ("Beside tutorials", _tutorials(rows)),
            ("A worker", WORKER.format(start=start, flask=flask, memory=memory)),
            ("As the work grows", _grown(folder, steps)),
        ]
    print(write(parts))
    return 0


def _servers(folder: Path) -> Iterator[tuple[str, object]]:
    migrate(f"sqlite:///{folder / 'line' / 'line.db'}")
    yield "line", serving("app:app", folder / "line")
    for name in ("bare", *TUTORIALS):
        yield name, serving(f"tests.bench.yardsticks:{name}()", folder / name)


def _compared(servers: dict[str, Server], steps: list[Step], connections: int) -> list[Row]:
    """All kinds of requests by turns, round by round, so that what disturbs one disturbs all."""
    ours, bare = servers["line"], servers["bare"]
    kinds: list[Asked] = [(BARE, bare, GUIDANCE), ("guidance turn", ours, GUIDANCE)]
    kinds += [("durable callback turn", ours, CALLBACK), ("whole call", ours, WHOLE)]
    if connections == 8:
        kinds += [(name, servers[server], WHOLE) for server, name in TUTORIALS.items()]
    found: dict[str, list[Round]] = {name: [] for name, _, _ in kinds}
    lines = {server: connect(server.port, connections, server.sockets) for server in {one for _, one, _ in kinds}}
    stocks = {name: _Stock(steps[part]) for name, _, part in kinds}
    for number in range(ROUNDS + 1):
        slices: dict[str, list[Slice]] = {name: [] for name, _, _ in kinds}
        for name, server, _ in kinds * SLICES:
            slices[name].append(_slice(server, stocks[name], lines[server], strict=server is ours))
        for name in found if number else ():  # the first warms up
            found[name].append(_round(slices[name]))
    for line in itertools.chain(*lines.values()):
        line.close()
    rows = [Row(connections, name, tuple(found[name]), tuple(found[BARE])) for name in found]
    print(speeds(rows), flush=True)
    return rows


class _Stock:
    """Calls made ready before the clock starts. What is left stays for the next time: each uses up a phone number."""

    def __init__(self, steps: list[Step]) -> None:
        self._more = calls(steps)
        self._ready: deque[list[Sent]] = deque()
        self._most = MOST * 7 // len(steps)

    def fill(self) -> None:
        self._ready.extend(itertools.islice(self._more, self._most - len(self._ready)))

    def __iter__(self) -> Iterator[list[Sent]]:
        while self._ready:
            yield self._ready.popleft()


def _slice(server: Server, stock: _Stock, lines: list[socket.socket], *, strict: bool) -> Slice:
    stock.fill()
    before = server.processor()
    taken: Taken = load(lines, stock, SECONDS, strict=strict)
    if taken.wrong:
        raise RuntimeError(f"{taken.wrong} of {len(taken.times)} answers are wrong, first: {taken.sample[:2000]!r}")
    return taken, server.processor() - before


def _round(slices: list[Slice]) -> Round:
    whole, used = Taken(), sum(processor for _, processor in slices)
    for taken, _ in slices:
        whole.times += taken.times
        whole.seconds += taken.seconds
        whole.processor += taken.processor
    each = 1e6 / len(whole.times)
    return Round(whole.rate, whole.within(0.5), whole.within(0.99), used * each, whole.processor * each)


def _beside(rows: list[Row]) -> str:
    cost = statistics.median(row.median("generator") for row in rows)
    return f"{ABOUT.format(rounds=ROUNDS, cost=cost, peer=BEST_PEER)}\n{speeds(rows)}"


def _targets(rows: list[Row], memory: float, start: float) -> str:
    by = {(row.connections, row.name): row for row in rows}
    lines = []
    for connections, name, what, wanted in TARGETS:
        row = by[connections, name]
        value = row.ratio if what == "ratio" else row.median("nearly_all")
        good = value >= wanted if what == "ratio" else value <= wanted
        bound = f"{'at least' if what == 'ratio' else 'at most'} {wanted:g}"
        lines.append((f"{name}, {connections} connections, {what}", bound, f"{value:.2f}", "yes" if good else "no"))
    times = by[8, "whole call"].ratio / BEST_PEER
    lines.append((f"whole call, times {PEER}", "at least 2.5", f"{times:.2f}", "yes" if times >= 2.5 else "no"))
    lines.append(("start of a worker, s", "at most 1", f"{start:.2f}", "yes" if start <= 1 else "no"))
    lines.append(("memory of a worker, MB", "at most 120", f"{memory:.0f}", "yes" if memory <= 120 else "no"))
    return table(("what", "target", "measured", "met"), lines)


def _tutorials(rows: list[Row]) -> str:
    """How the whole call compares with what tutorials do: a line that decides nothing, without and with a store."""
    by = {row.name: row.ratio for row in rows if row.connections == 8}
    lines = [(name, f"{by['whole call'] / by[name]:.2f}", f"{1 / by[name]:.2f}") for name in TUTORIALS.values()]
    return table(("what", "the whole call, times as fast", "the bare route, times as fast"), lines)


def _start(folder: Path, script: str) -> float:
    """Seconds from nothing to an application that can answer: the median of five."""
    taken = []
    for _ in range(5):
        before = time.perf_counter()
        environ = {**SETTINGS, "DATA_DIR": str(folder / "typical"), "PATH": "/usr/bin:/bin"}
        subprocess.run([sys.executable, "-c", script], cwd=TOP, env=environ, check=True)
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
