"""Fifty at the same moment, in threads and in processes: one promise, one request, the same answer to all."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from ivr.store import Kept, Store, StoreUnavailable
from tests.store.conftest import CALL, DUE, MOBILE, ask_sql, facts

ROOT = Path(__file__).parents[2]
PROCESSES = 5
THREADS = 10
PROCESS = multiprocessing.get_context("forkserver")
PROCESS.set_forkserver_preload(["ivr.store", "tests.store.conftest"])


def confirm_at_once(url: str, sids: list[str], now: datetime, ready: Barrier, answers: Connection) -> None:
    """One process: all its threads confirm at the moment when all other processes do."""
    store = Store.open(url)
    store.check()
    gate = threading.Barrier(len(sids))

    def one(sid: str) -> Kept:
        if gate.wait() == 0:
            ready.wait(30)
        gate.wait()
        return until_kept(lambda: store.confirm(facts(5, sid), MOBILE, DUE, now))

    with ThreadPoolExecutor(len(sids)) as threads:
        answers.send(list(threads.map(one, sids)))
    store.close()


def until_kept(promise: Callable[[], Kept]) -> Kept:
    """On a machine that is too busy a caller is told so, and asks again: that must not make a second promise."""
    for _ in range(5):
        with suppress(StoreUnavailable):
            return promise()
    return promise()


def raced(url: str, sids: list[str], now: datetime) -> list[Kept]:
    """What all of them were told."""
    ready = PROCESS.Barrier(PROCESSES)
    answers: list[Kept] = []
    running = []
    for number in range(PROCESSES):
        mine, theirs = PROCESS.Pipe(duplex=False)
        share = sids[number * THREADS : (number + 1) * THREADS]
        process = PROCESS.Process(target=confirm_at_once, args=(url, share, now, ready, theirs))
        process.start()
        theirs.close()
        running.append((process, mine))
    for process, mine in running:
        answers += mine.recv()
        process.join(30)
    return answers


def test_one_step_sent_fifty_times_at_once_is_one_promise(url: str, store: Store, now: datetime) -> None:
    answers = raced(url, [CALL] * PROCESSES * THREADS, now)
    (request,) = store.queue()
    assert set(answers) == {Kept(request.reference, merged=False)}
    assert len(answers) == 50


def test_fifty_calls_of_one_number_at_once_are_one_open_request(url: str, store: Store, now: datetime) -> None:
    answers = raced(url, [f"CA{number}" for number in range(PROCESSES * THREADS)], now)
    (request,) = store.queue()
    assert {answer.reference for answer in answers} == {request.reference}
    assert sum(not answer.merged for answer in answers) == 1
    assert request.calls == 50


def promise_for_ever(url: str, tag: int, now: datetime, told: Connection) -> None:
    """Tell of each promise, as a caller is told, once the store has said that it is kept."""
    store = Store.open(url)

    def one(thread: int) -> None:
        for number in range(10_000):
            sid = f"CA{tag}-{thread}-{number}"
            kept = store.confirm(facts(5, sid), f"+44{tag:02}{thread:02}{number:06}", DUE, now)
            with lock:
                told.send((sid, kept.reference))

    lock = threading.Lock()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(one, range(3)))


def test_no_promise_is_lost_when_its_worker_is_killed(url: str, store: Store, now: datetime) -> None:
    promised: dict[str, str] = {}
    for tag in range(10):
        mine, theirs = PROCESS.Pipe(duplex=False)
        process = PROCESS.Process(target=promise_for_ever, args=(url, tag, now, theirs))
        process.start()
        theirs.close()
        assert mine.poll(20)
        time.sleep(0.02 + tag * 0.01)
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        promised |= everything(mine)
    rows = dict(ask_sql(url, "SELECT call_sid, reference FROM requests"))
    assert promised.items() <= rows.items()
    assert len(promised) >= 10
    assert ask_sql(url, "SELECT count(*) FROM requests WHERE id NOT IN (SELECT request_id FROM calls)") == [(0,)]
    store.check()


def everything(pipe: Connection) -> dict[str, str]:
    """All that was told before the pipe broke; what was cut short was not told."""
    found: dict[str, str] = {}
    try:
        while True:
            sid, reference = pipe.recv()
            found[sid] = reference
    except (EOFError, OSError):
        return found


FORKS = """
import gc, os, sqlite3, sys
import psycopg
from datetime import UTC, datetime
from tests.store.conftest import DUE, facts
from ivr.store import Store

def connections():
    return sum(isinstance(thing, (sqlite3.Connection, psycopg.Connection)) for thing in gc.get_objects())

now = datetime(2026, 11, 24, tzinfo=UTC)
store = Store.open(sys.argv[1])
store.check()
store.confirm(facts(5), "+447700900123", DUE, now)
store.queue()
store.left("m", now)
kept = connections()
closed, close = os.pipe()
child = os.fork()
for number in range(20):
    store.confirm(facts(5, f"C{child == 0}{number}"), f"+4477009{child == 0:d}{number:04}", DUE, now)
store.check()
store.left("m", now)
assert child or store.number_of("CTrue3") == "+447700910003"
gc.collect()
assert child or connections() == kept * (1 if store.database.is_file else 2), "nothing of SQLite's crosses a fork"
if not child:
    os.read(closed, 1)
    for number in range(20):
        store.confirm(facts(5, f"CL{number}"), f"+4477008{number:05}", DUE, now)
    os._exit(0)
store.close()
os.write(close, b"x")
assert os.waitpid(child, 0)[1] == 0
assert store.counts() == {"new": 61}, "what the child wrote once the parent's files were closed is there too"
store.close()
"""


def test_a_store_that_was_used_before_a_fork_is_used_on_both_sides(url: str) -> None:
    program = [sys.executable, "-W", "error", "-c", FORKS, url]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_process_is_not_kept_waiting_by_a_busy_one(sqlite_url: str, now: datetime) -> None:
    """SQLite alone lets a busy process keep others out for seconds."""
    mine, theirs = PROCESS.Pipe(duplex=False)
    process = PROCESS.Process(target=promise_for_ever, args=(sqlite_url, 1, now, theirs))
    process.start()
    assert mine.poll(20)
    store = Store.open(sqlite_url)
    store.check()
    waits = []
    for number in range(60):
        begun = time.monotonic()
        store.confirm(facts(5, f"CD{number}"), f"+447700902{number:03}", DUE, now)
        waits.append(time.monotonic() - begun)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    store.close()
    assert max(waits) < 1.0


def test_many_threads_find_room_or_are_told(store: Store, now: datetime) -> None:
    told: list[bool] = []

    def one(number: int, read: Callable[[], object]) -> None:
        try:
            store.confirm(facts(5, f"CA{number}"), f"+447700900{number:03}", DUE, now)
            read()
            told.append(True)
        except StoreUnavailable:
            told.append(False)

    threads = [threading.Thread(target=one, args=(number, store.counts)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [True] * 40
    assert store.counts() == {"new": 40}
