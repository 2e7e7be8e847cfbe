"""Processes take turns: whoever waits to write is not overtaken."""

import fcntl
import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from ivr.store.baton import Baton

PATIENCE = 60.0
"""Seconds: what these tests show is an order, which a machine that stands still for a while does not change."""


def connected(path: Path) -> sqlite3.Connection:
    """As the line does it, with a write-ahead log: without, somebody's asking for the lock may break a commit."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL").close()
    return connection


def until_held(folder: Path) -> None:
    """Wait until somebody has the baton, as another process would find it."""
    handle, deadline = os.open(folder, os.O_RDONLY), time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(handle, fcntl.LOCK_UN)
            time.sleep(0.001)
    except BlockingIOError:
        return
    finally:
        os.close(handle)
    pytest.fail("nobody takes the baton")


def test_nobody_overtakes_one_who_waits(tmp_path: Path) -> None:
    """Each baton has its own view of the lock, as each process has."""
    path = tmp_path / "line.db"
    order: list[int] = []

    def write(number: int) -> None:
        connection, baton = connected(path), Baton(tmp_path, PATIENCE)
        baton.begin(connection)
        order.append(number)
        time.sleep(0.005)
        connection.execute("COMMIT")
        connection.close()
        baton.close()

    for _ in range(8):
        busy = connected(path)
        busy.execute("BEGIN IMMEDIATE")
        first, second = (threading.Thread(target=write, args=(number,)) for number in (1, 2))
        first.start()
        until_held(tmp_path)  # a busy machine may take its time to start a thread
        second.start()
        time.sleep(0.03)
        busy.execute("COMMIT")
        first.join()
        second.join()
        busy.close()
    assert order == [1, 2] * 8


def test_a_baton_is_handed_on_by_one_who_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    busy, other = connected(path), connected(path)
    busy.execute("BEGIN IMMEDIATE")
    batons = [Baton(tmp_path, 0.05), Baton(tmp_path, 0.05)]
    for baton in batons:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            baton.begin(other)
    busy.execute("COMMIT")
    for baton in batons:
        baton.begin(other)
        other.execute("COMMIT")
        baton.close()
    busy.close()
    other.close()


def test_other_trouble_is_told_at_once(tmp_path: Path) -> None:
    connection = connected(tmp_path / "line.db")
    connection.execute("BEGIN")
    baton = Baton(tmp_path, 5)
    begun = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        baton.begin(connection)
    assert time.monotonic() - begun < 1
    connection.close()
    baton.close()
