"""Power cuts: only what was flushed survives, and nothing that a caller was told is lost."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.config import Config
from ivr.sealing import Sealing
from ivr.store import Store, migrate
from tests.machines.power import rebuilt

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def disk(tmp_path_factory):
    """The C library's flushing, replaced; made by the compiler of this machine."""
    made = tmp_path_factory.mktemp("disk") / "power.so"
    how = ["-shared", "-fPIC", "-O2", "-Wall", "-Werror"]
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, *how, "-o", made, TOP / "tests/machines/power.c"], check=True)
    return made


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "line.db"
    migrate(f"sqlite:///{path}")
    return path.read_bytes()


class Mother:
    """Forks lines to be cut off."""

    def __init__(self, disk):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.machines.power"],
            cwd=TOP,
            env={**os.environ, "LD_PRELOAD": str(disk)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def cut(self, *order, after):
        """Start a line, let it make promises for so many seconds after the first, then cut its power."""
        acknowledged = Path(order[2])
        self.process.stdin.write("\t".join(map(str, order)) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        deadline = time.monotonic() + 60
        while not (acknowledged.exists() and acknowledged.stat().st_size):
            assert time.monotonic() < deadline, "no promise was made"
            time.sleep(0.01)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        assert self.process.stdout.readline() == "gone\n"

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def mother(disk):
    made = Mother(disk)
    yield made
    made.close()


@dataclass
class Cut:
    """What one cut left."""

    told: int
    lost: int


@pytest.fixture
def cut(mother, empty, now):
    """Cuts the power of a line, and counts what it had told callers and what of that is gone."""

    def once(how, after):
        with tempfile.TemporaryDirectory(dir=memory()) as place:
            folder, shadow, told = Path(place, "data"), Path(place, "shadow"), Path(place, "told")
            (folder / "spool").mkdir(parents=True)
            shadow.mkdir()
            if "spool" not in how and "names" not in how:
                (folder / "line.db").write_bytes(empty)
            mother.cut(folder, shadow, told, how, after=after)
            after_it = Path(place, "after")
            rebuilt(shadow, folder.stat().st_ino, after_it)
            if not (after_it / "line.db").exists():
                (after_it / "line.db").write_bytes(empty)
            return held(after_it, told, now)

    return once


def memory():
    """A cut takes away what no disk has: in memory it is as true as on a disk, and quicker."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own is made in it


def seal(folder):
    """What the line sealed with: its own key must have outlived the cut too."""
    return Sealing(Config.from_env({"DATA_DIR": str(folder)}).encryption_keys)


def held(folder, told, now):
    store = Store.open(f"sqlite:///{folder / 'line.db'}", folder / "spool", seal(folder))
    try:
        store.take_in(now)
        assert store.spooled().promises == 0
        lines = told.read_text().splitlines()
        found = [(store.request_of(sid), reference) for sid, reference in (line.split() for line in lines)]
    finally:
        store.close()
    kept = [row for row, reference in found if row and row.reference == reference and row.status == "new"]
    return Cut(len(lines), len(lines) - len(kept))


@pytest.mark.parametrize("how", ["database", "spool"])
@pytest.mark.parametrize("cuts", [3, pytest.param(50, marks=pytest.mark.prove)])
def test_nothing_acknowledged_is_lost_when_the_power_is_cut(cut, figures, how, cuts):
    chance = random.Random(how)
    seen = [cut(how, chance.uniform(0.0, 0.6)) for _ in range(cuts)]
    assert [one for one in seen if one.lost] == []
    figures(f"power cuts, promises in the {how}", cuts=cuts, acknowledged=sum(one.told for one in seen), lost=0)


@pytest.mark.parametrize("how", ["normal", "names not flushed"])
def test_what_is_not_flushed_is_seen_to_be_lost(cut, figures, how):
    # On a busy machine nothing may have been acknowledged yet: then the power is cut a little later.
    tries = (cut(how, 0.3 * number) for number in range(1, 7))
    seen = next((one for one in tries if one.lost), None)
    assert seen is not None
    figures(
        f"power cuts with {'synchronous=NORMAL' if how == 'normal' else how}",
        cuts=1,
        acknowledged=seen.told,
        lost=seen.lost,
    )
