"""Figures: what may be told and no other, the same over all workers, and harmless whatever becomes of the disk."""

import os
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from ivr.watching import metrics
from ivr.watching.metrics import BUCKETS, COUNTED, KNOWN, MOST_SERIES, Metrics
from ivr.watching.notes import Answered, Counted
from ivr.watching.slots import ROOM, SLOTS, Slots, room
from tests.rules.source import TOP

NOTE = Answered(1.0, 0.02, "CA" + "1" * 32, "/turn", "main", "pressed", "contact", "answered")


def told(made):
    """Samples by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in parsed(made.text().decode())
        for sample in family.samples
    }


def test_answers_move_what_they_should():
    made = Metrics()
    started = NOTE._replace(event="started", seconds=0.3)
    made.take(
        [NOTE, NOTE, started, NOTE._replace(outcome="fault"), NOTE._replace(node="", event="", route="/fallback")]
    )
    found = told(made)
    assert found[("plainline_turns_total", ("event", "pressed"), ("node", "main"))] == 3
    assert found[("plainline_calls_total",)] == 1
    assert found[("plainline_fallbacks_total", ("why", "fault"))] == 1
    assert found[("plainline_fallbacks_total", ("why", "asked"))] == 1
    assert found[("plainline_answer_seconds_count", ("route", "/turn"))] == 4
    assert found[("plainline_answer_seconds_bucket", ("le", "0.25"), ("route", "/turn"))] == 3
    assert found[("plainline_answer_seconds_sum", ("route", "/turn"))] == pytest.approx(0.36)


def test_what_alerts_wait_for_is_there_from_the_start_at_nothing():
    found = told(Metrics())
    for name, known in KNOWN.items():
        for label in known:
            assert found[(f"plainline_{name}_total", (COUNTED[name][1][0], label))] == 0


@pytest.mark.parametrize("name", COUNTED)
def test_every_counter_counts(name):
    made = Metrics()
    labels = tuple("x" for _ in COUNTED[name][1])
    made.take([Counted(name, labels, 2), Counted(name, labels, 3)])
    assert told(made)[(f"plainline_{name}_total", *((label, "x") for label in sorted(COUNTED[name][1])))] == 5


def test_a_name_or_a_label_that_is_not_known_is_refused():
    made = Metrics()
    for note in (Counted("callers", (), 1), Counted("refused", ("403", "+447700900123"), 1)):
        with pytest.raises((KeyError, ValueError)):
            made.take([note])
    assert "447700900123" not in made.text().decode()


def test_nobody_can_make_series_without_end():
    made = Metrics()
    made.take([NOTE._replace(node=f"n{number}") for number in range(MOST_SERIES + 500)])
    found = told(made)
    nodes = {key: value for key, value in found.items() if key[0] == "plainline_turns_total"}
    assert len(nodes) <= MOST_SERIES
    assert sum(nodes.values()) == MOST_SERIES + 500
    assert found[("plainline_turns_total", ("event", "other"), ("node", "other"))] > 500 - len(BUCKETS)
    assert len(made._series) == MOST_SERIES


WORKER = """
import os, sys
from pathlib import Path
from ivr.watching.metrics import Metrics
from ivr.watching.notes import Answered, Counted
made = Metrics(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]), int(sys.argv[1]))
made.take([Answered(1.0, 0.02, "", "/turn", "main", "pressed", "contact", "answered")] * int(sys.argv[2]))
print(made.text().decode())
"""


@pytest.fixture
def worker(tmp_path):
    """Runs a worker of a server in a process of its own; what it tells of all."""

    def run(slot, answers, make=True):
        if make:
            room(tmp_path, slot)
        own = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        command = [sys.executable, "-c", WORKER, str(slot), str(answers)]
        done = subprocess.run(command, cwd=TOP, env=own, capture_output=True, text=True, check=True)
        families = {family.name: family for family in parsed(done.stdout)}
        return families["plainline_turns"].samples[0].value if "plainline_turns" in families else 0

    return run


def test_workers_are_put_together_and_who_takes_a_place_goes_on_from_there(worker, tmp_path):
    assert worker(0, 3) == 3
    assert worker(1, 4) == 7
    assert worker(0, 1) == 8
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{kind}_{slot}.db" for kind in ("counter", "histogram") for slot in (0, 1)
    ]


def test_all_room_is_taken_before_so_that_a_full_disk_is_no_fault_in_a_call(tmp_path):
    """A page of a sparse file that the disk has no room for is a SIGBUS for whoever writes to it."""
    room(tmp_path, 0)
    for path in tmp_path.iterdir():
        found = path.stat()
        assert (found.st_size, found.st_blocks * 512 >= ROOM) == (ROOM, True)
    made = subprocess.run(
        [sys.executable, "-c", FILLED, str(tmp_path), str(MOST_SERIES)],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    )
    assert made.stdout.split() == [str(ROOM), str(ROOM)]


FILLED = """
import os, sys
from pathlib import Path
folder = Path(sys.argv[1]); os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
from ivr.watching.metrics import Metrics
from ivr.watching.notes import Answered
long = "n" * 18
Metrics(folder, 0).take([
    Answered(1.0, 0.02, "", "/turn", f"{long}{number:06}", "transfer_conversation", "x", "answered")
    for number in range(int(sys.argv[2]))])
print(*(path.stat().st_size for path in sorted(folder.iterdir())))
"""


class Worker:
    """What gunicorn knows of one of its own."""


@pytest.fixture
def slots(tmp_path, monkeypatch):
    monkeypatch.setattr("ivr.watching.slots._MEMORY", tmp_path)
    made = Slots()
    made.open()
    return made


def test_the_dead_leave_their_place_to_the_next(slots):
    workers = []
    for _ in range(3):
        workers.append(Worker())
        slots.give(workers[:-1], workers[-1])
    assert [worker.slot for worker in workers] == [0, 1, 2]
    slots.died(workers.pop(1))
    workers.append(Worker())
    slots.give(workers[:-1], workers[-1])
    assert (workers[-1].slot, slots.mine) == (1, 1)
    assert len(list(slots.folder.iterdir())) == 6


def test_what_the_dead_left_half_written_is_put_away(slots, caplog):
    worker = Worker()
    slots.give([], worker)
    (slots.folder / "counter_0.db").write_bytes(b"\xff\xff\xff\x7f" + b"\xff" * 5000)
    slots.died(worker)
    assert [path.name for path in slots.folder.iterdir()] == ["histogram_0.db"]
    assert "damaged" in caplog.text


def test_what_killed_servers_left_is_swept_and_what_others_use_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("ivr.watching.slots._MEMORY", tmp_path)
    gone, lives, others = (tmp_path / f"plainline-figures-{name}-x" for name in ("4194303", str(os.getpid()), "abc"))
    for folder in (gone, lives, others):
        folder.mkdir()
    made = Slots()
    made.open()
    assert [folder.exists() for folder in (gone, lives, others)] == [False, True, True]
    assert made.folder.stat().st_mode & 0o77 == 0
    made._close(os.getpid() + 1)
    assert made.folder.exists(), "a worker that ends is not its server"
    made._close(os.getpid())
    assert not made.folder.exists()


@pytest.mark.parametrize("trouble", ["none", "folder", "room"])
def test_a_disk_without_room_costs_figures_and_nothing_else(tmp_path, monkeypatch, caplog, trouble):
    monkeypatch.setattr("ivr.watching.slots._MEMORY", tmp_path)

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    if trouble == "folder":
        monkeypatch.setattr("ivr.watching.slots.tempfile.mkdtemp", full)
    if trouble == "room":
        monkeypatch.setattr("ivr.watching.slots.room", full)
    made, worker = Slots(), Worker()
    made.open()
    made.give([], worker)
    assert worker.slot == 0
    assert (made.folder is None) == (trouble != "none") == ("figures of workers" in caplog.text)


def test_outside_gunicorn_a_process_stands_alone():
    assert (SLOTS.folder, SLOTS.mine) == (None, 0)
    assert metrics.values.ValueClass is metrics.values.MutexValue
