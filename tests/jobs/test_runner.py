"""Each job is done, by one worker at a time, however workers, databases and jobs themselves break."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.jobs import LEASE, MOST_ATTEMPTS, Again, Dead, Done, Runner
from ivr.store import Store, StoreUnavailable
from tests.store.conftest import ask_sql

ROOT = Path(__file__).parents[2]
PROCESS = multiprocessing.get_context("forkserver")


class Clock:
    """A clock moved by hand."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def on(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(now):
    return Clock(now)


def done(*_):
    return Done()


def job(store, kind="dead"):
    (found,) = store.jobs(kind)
    return found


def test_a_job_is_done_once(store, clock):
    did = []
    assert store.enqueue("wave", "one", {"id": "7"}, clock())
    runner = Runner(store, {"wave": lambda job: did.append(dict(job.payload)) or Done()}, clock)
    assert (runner.once(), runner.once()) == (True, False)
    assert did == [{"id": "7"}]
    assert job(store, "done").attempts == 1


def test_the_same_wish_is_one_job(store, clock):
    assert store.enqueue("wave", "one", {}, clock())
    assert not store.enqueue("wave", "one", {}, clock())
    assert store.job_counts() == {"waiting": 1}


def test_work_of_another_kind_is_left_alone(store, clock):
    store.enqueue("other", "one", {}, clock())
    assert not Runner(store, {"wave": done}, clock).once()


def test_what_fails_is_tried_again_after_longer_and_longer_pauses_then_shown_to_staff(store, clock):
    store.enqueue("wave", "one", {}, clock())
    runner, waits = Runner(store, {"wave": lambda _: Again("not yet")}, clock), []
    while store.job_counts() == {"waiting": 1}:
        begun = clock()
        while not runner.once():
            clock.on(5)
        waits.append((clock() - begun).total_seconds())
    assert len(waits) == MOST_ATTEMPTS
    assert waits[-1] > 10 * max(waits[1], 1)
    assert 15 * 60 < sum(waits) < 60 * 60
    dead = job(store)
    assert (dead.attempts, dead.trouble, dead.due) == (MOST_ATTEMPTS, "not yet", None)


def test_what_cannot_succeed_is_not_tried_again_until_staff_say_so(store, clock):
    store.enqueue("wave", "one", {}, clock())
    Runner(store, {"wave": lambda _: Dead("no such number")}, clock).once()
    assert job(store).trouble == "no such number"
    assert store.revive_job(job(store).id, clock())
    assert not store.revive_job("no such job", clock())
    assert Runner(store, {"wave": done}, clock).once()
    assert store.job_counts() == {"done": 1}


def test_a_job_may_say_when(store, clock):
    store.enqueue("wave", "one", {}, clock())
    runner = Runner(store, {"wave": lambda _: Again("later", 60)}, clock)
    assert runner.once()
    clock.on(59)
    assert not runner.once()
    clock.on(40)
    assert runner.once()


def test_a_job_that_breaks_is_logged_without_what_it_said(store, clock, caplog):
    def broken(_):
        raise ValueError("+447700900123")

    store.enqueue("wave", "one", {}, clock())
    assert Runner(store, {"wave": broken}, clock).once()
    assert job(store, "waiting").trouble == "ValueError"
    assert "ValueError in test_runner.py" in caplog.text
    assert "7700" not in caplog.text


def test_a_job_that_never_comes_to_an_end_is_given_up(store, clock, caplog):
    store.enqueue("wave", "one", {}, clock())
    for _ in range(MOST_ATTEMPTS):
        assert store.claim_job(["wave"], clock() + timedelta(seconds=1), clock())
        clock.on(2)
    with caplog.at_level(logging.CRITICAL):
        Runner(store, {"wave": done}, clock).once()
    assert job(store).trouble == "tried too often"


def test_one_worker_has_a_job_until_its_lease_ends_and_cannot_settle_it_afterwards(store, clock):
    store.enqueue("wave", "one", {}, clock())
    first = store.claim_job(["wave"], clock() + timedelta(seconds=LEASE), clock())
    assert store.claim_job(["wave"], clock() + timedelta(seconds=LEASE), clock()) is None
    clock.on(LEASE)
    second = store.claim_job(["wave"], clock() + timedelta(seconds=LEASE), clock())
    assert (second.id, second.attempts) == (first.id, 2)
    assert not store.renew_job(first, clock() + timedelta(hours=1))
    assert not store.job_again(first, clock(), "late")
    assert not store.job_ended(first, "done", "", clock())
    assert store.job_ended(second, "done", "", clock())
    assert not store.job_ended(second, "dead", "", clock())


def test_a_long_job_keeps_its_lease(store):
    store.enqueue("wave", "one", {}, datetime.now(UTC))
    others = []

    def slow(_):
        end = time.monotonic() + 3.6
        while time.monotonic() < end:
            now = datetime.now(UTC)
            others.append(store.claim_job(["wave"], now + timedelta(seconds=9), now))
            time.sleep(0.05)
        return Done()

    Runner(store, {"wave": slow}, lease=1.5).once()
    assert not [one for one in others if one]
    assert job(store, "done").attempts == 1


def test_old_jobs_are_forgotten_and_open_ones_are_not(store, clock):
    for key in "ab":
        store.enqueue("wave", key, {}, clock())
    Runner(store, {"wave": done}, clock).once()
    clock.on(3600)
    assert store.forget_background(clock()) == 1
    assert store.job_counts() == {"waiting": 1}


class TestThread:
    def test_begins_when_asked_and_does_what_comes(self, store):
        did = threading.Event()
        runner = Runner(store, {"wave": lambda _: did.set() or Done()})
        runner.start()
        runner.start()
        assert [thread.name for thread in threading.enumerate()].count("jobs") == 1
        store.enqueue("wave", "one", {}, datetime.now(UTC) - timedelta(seconds=1))
        runner.wake()
        assert did.wait(10)
        runner.stop()
        assert store.job_counts() == {"done": 1}

    def test_stops_soon_when_idle_and_begins_no_more(self, store):
        runner = Runner(store, {"wave": done})
        runner.start()
        begun = time.monotonic()
        runner.stop()
        assert time.monotonic() - begun < 2
        runner.start()
        assert "jobs" not in {thread.name for thread in threading.enumerate()}

    def test_without_work_there_is_no_thread(self, store):
        Runner(store, {}).start()
        assert "jobs" not in {thread.name for thread in threading.enumerate()}

    def test_outlives_an_outage(self, sqlite_url, caplog):
        away, did = Path(sqlite_url.removeprefix("sqlite:///")), threading.Event()
        store = Store.open(sqlite_url)
        now = datetime.now(UTC) - timedelta(seconds=1)
        store.enqueue("wave", "one", {}, now)
        away.rename(away.with_suffix(".away"))
        runner = Runner(store, {"wave": lambda _: did.set() or Done()})
        with pytest.raises(StoreUnavailable):
            runner.once()
        with caplog.at_level(logging.CRITICAL):
            runner.start()
            runner.wake()
            time.sleep(0.2)
            away.with_suffix(".away").rename(away)
            assert did.wait(20)
        runner.stop()
        store.close()


def work_all(url, number, report):
    """One worker process: do every job there is, and tell of each."""
    store = Store.open(url)
    runner = Runner(store, {"wave": lambda job: report.send((number, job.payload["id"])) or Done()})
    misses = 0
    while misses < 3:
        try:
            misses = 0 if runner.once() else misses + 1
        except StoreUnavailable:
            continue
    report.close()
    store.close()


def test_three_workers_do_each_of_a_hundred_jobs_once(url, store):
    now = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(100):
        store.enqueue("wave", str(number), {"id": str(number)}, now)
    pipes = []
    for number in range(3):
        mine, theirs = PROCESS.Pipe(duplex=False)
        process = PROCESS.Process(target=work_all, args=(url, number, theirs))
        process.start()
        theirs.close()
        pipes.append((mine, process))
    told = [one for mine, _ in pipes for one in everything(mine)]
    for _, process in pipes:
        process.join(30)
    assert sorted(int(job) for _, job in told) == list(range(100))
    assert store.job_counts() == {"done": 100}
    assert ask_sql(url, "SELECT max(attempts) FROM jobs") == [(1,)]


def everything(pipe):
    found = []
    try:
        while True:
            found.append(pipe.recv())
    except EOFError:
        return found


def hang(url, report):
    """A worker that begins a job and does not end it."""
    store = Store.open(url)

    def stuck(_):
        report.send("begun")
        time.sleep(60)
        return Done()

    Runner(store, {"wave": stuck}, lease=1.0).once()


def test_a_job_whose_worker_was_killed_is_done_by_another_after_the_lease(url, store):
    store.enqueue("wave", "one", {}, datetime.now(UTC) - timedelta(seconds=1))
    mine, theirs = PROCESS.Pipe(duplex=False)
    process = PROCESS.Process(target=hang, args=(url, theirs))
    process.start()
    theirs.close()
    assert mine.recv() == "begun"
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    runner = Runner(store, {"wave": done})
    assert not runner.once()
    deadline = time.monotonic() + 10
    while not runner.once():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert job(store, "done").attempts == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_ivr_worker_does_the_work_and_stops_when_told(sqlite_url, tmp_path):
    settings = {"DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", "from ivr.cli import main; main()", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True) as worker:
        assert "Background work" in worker.stdout.readline()
        begun = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        assert time.monotonic() - begun < 5
