"""What a long day needs: callers at an even pace, Twilio with recordings, troubles now and then, and a watch kept."""

import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ivr.line import LONDON
from ivr.store import Store, StoreUnavailable
from tests.jobs.test_recordings import RESET, Twilio, media_of, sound
from tests.machines.crowd import Seeds
from tests.machines.serving import TOP, Served

LOOK = 1.0
"""Seconds between two looks at the line."""
LOCKED = 2.6
"""Seconds that another holds the database: longer than a caller waits for it, so that promises go to the disk."""


class Paced(Seeds):
    """So many calls a second begin, and no more."""

    def __init__(self, first: int, pace: float) -> None:
        super().__init__(first)
        self.pace = pace

    def __next__(self) -> int:
        self.stopped.wait(self.pace)
        return super().__next__()


class Busy(Twilio):
    """Has every recording that the line was told of, until it is deleted; one answer in ten is none.

    `sounds` tells it what the line knows of a recording, such as how long it is.
    """

    def __init__(self) -> None:
        self.sounds, self.gone, self.chance = None, set(), random.Random(1)
        super().__init__()

    def own(self, head: str):
        method, path, _ = head.split(" ", 2)
        sid = path.rpartition("/")[2].partition(".")[0]
        if self.chance.random() < 0.1:
            return self.chance.choice(([RESET], media_of(b"{}", "application/json", 503)))
        if not sid.startswith("RE"):
            return media_of(b'{"calls": [], "recordings": []}', "application/json")
        if method == "DELETE":
            self.gone.add(sid)
            return [b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"]
        known = None if sid in self.gone else self.sounds(sid)
        return media_of(sound(known.seconds)) if known else media_of(b"{}", "application/json", 404)


@contextmanager
def worker(server: Served):
    """`ivr worker` beside a line."""
    command = [sys.executable, "-c", "from ivr.cli import main; main()", "worker"]
    with (server.folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=TOP, env=server.environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def lock(folder: Path, seconds: float) -> None:
    """As a slow backup, or somebody at the database, would."""
    with closing(sqlite3.connect(folder / "line.db", timeout=20, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


@dataclass
class Seen:
    """What the watch saw, one value a look."""

    memory: dict[str, list[int]] = field(default_factory=dict)
    handles: dict[str, list[int]] = field(default_factory=dict)
    wal: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    dead: int = 0
    spooled: int = 0

    def look(self, server: Served, store: Store, processes: dict[str, int]) -> None:
        for name, pid in processes.items():
            self.memory.setdefault(name, []).append(resident(pid))
            self.handles.setdefault(name, []).append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
        with suppress(FileNotFoundError):
            self.wal.append((server.folder / "line.db-wal").stat().st_size)
        self.spooled = max(self.spooled, store.spooled().promises)
        with suppress(StoreUnavailable):
            now = datetime.now(UTC)
            jobs = store.figures(now.astimezone(LONDON).date(), now).jobs
            due = min((one.due for one in jobs if one.due and one.status != "dead"), default=now)
            self.late.append(max((now - due).total_seconds(), 0.0))
            self.dead = sum(one.number for one in jobs if one.status == "dead")


def resident(pid: int) -> int:
    """Kilobytes of memory that a process has."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


def grown(values: list[int]) -> float:
    """By how many per cent the last quarter is above the second one; in the first a process is still warming up."""
    quarter = len(values) // 4
    before, after = values[quarter : 2 * quarter], values[-quarter:]
    return 100 * (statistics.median(after) / statistics.median(before) - 1)


@contextmanager
def watched(server: Served, store: Store, processes: dict[str, int]):
    """Look at a line for as long as a block lasts."""
    seen, over = Seen(), threading.Event()

    def looking() -> None:
        while not over.wait(LOOK):
            seen.look(server, store, processes)

    with ExitStack() as ends:
        thread = threading.Thread(target=looking)
        thread.start()
        ends.callback(thread.join)
        ends.callback(over.set)
        yield seen
