"""How much of this machine a line and its callers had, where other work goes on beside them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.machines.serving import Served

IDLE = (3, 4)
"""Columns of /proc/stat: nothing to do, and waiting for a disk."""


@dataclass
class Share:
    """`left`: the part of the processors, from 0 to 1, that others did not take."""

    left: float = 1.0


@contextmanager
def shared(server: Served) -> Iterator[Share]:
    """Looks at the processors as long as a block lasts."""
    share = Share()
    before, ours = _all(), _ours(server)
    yield share
    busy, every = (now - then for now, then in zip(_all(), before, strict=True))
    share.left = 1 - max(busy - (_ours(server) - ours), 0) / max(every, 1)


def _all() -> tuple[int, int]:
    """Ticks in which the processors had something to do, and all."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(ticks) - sum(ticks[column] for column in IDLE), sum(ticks)


def _ours(server: Served) -> int:
    """Ticks of this process and of the line's."""
    return sum(
        sum(int(word) for word in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
        for pid in (os.getpid(), *server.workers())
    )
