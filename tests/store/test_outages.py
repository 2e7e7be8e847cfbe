"""A database that is locked, full, gone or down: the caller is told the truth, and the store mends itself."""

import itertools
import multiprocessing
import os
import shutil
import sqlite3
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from ivr.store import Place, Store, StoreUnavailable, migrate
from tests.postgres import Server
from tests.store.conftest import CALL, DUE, MOBILE, OTHER, ask_sql, facts, run_sql

PROCESS = multiprocessing.get_context("forkserver")
TURNS = itertools.count(6)
BUDGET = 5.0
"""Seconds within which a caller hears something else instead."""


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def sqlite_store(sqlite_url: str, opened: Callable[[str], Store]) -> Store:
    return opened(sqlite_url)


def works(store: Store, now: datetime, sid: str = CALL) -> bool:
    """A promise is kept, can be read, and the store says it is ready."""
    reference = store.confirm(facts(5, sid), MOBILE, DUE, now).reference
    store.improve(facts(next(TURNS), sid), "best_time", "morning", now)
    store.check()
    request = store.request_of(sid)
    return request is not None and request.reference == reference and store.number_of(sid) == MOBILE


@contextmanager
def unavailable(seconds: float = BUDGET) -> Iterator[None]:
    """What is tried fails, in time, and says nothing of numbers."""
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable) as trouble:
        yield
    assert time.monotonic() - begun < seconds
    assert MOBILE not in "".join(traceback.format_exception(trouble.value))


def fails(store: Store, now: datetime) -> None:
    with unavailable():
        store.confirm(facts(9, OTHER), MOBILE, DUE, now)


def test_a_lock_held_by_others_is_waited_for_but_not_long(sqlite_store: Store, path: Path, now: datetime) -> None:
    assert works(sqlite_store, now)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    fails(sqlite_store, now)
    assert sqlite_store.number_of(CALL) == MOBILE, "readers do not wait for writers"
    other.execute("ROLLBACK")
    other.close()
    assert works(sqlite_store, now)


def test_a_lock_held_for_a_moment_is_waited_for(sqlite_store: Store, path: Path, now: datetime) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.4, lambda: other.execute("COMMIT"))
    timer.start()
    assert works(sqlite_store, now)
    timer.join()
    other.close()


def test_trouble_with_a_number_does_not_tell_it(url: str, store: Store, now: datetime) -> None:
    run_sql(url, "ALTER TABLE requests RENAME TO elsewhere")
    try:
        with unavailable():
            store.confirm(facts(5), MOBILE, DUE, now)
    finally:
        run_sql(url, "ALTER TABLE elsewhere RENAME TO requests")


@pytest.mark.parametrize("used_before", [True, False])
def test_a_file_that_is_gone_is_not_made_again(
    sqlite_store: Store, path: Path, now: datetime, used_before: bool
) -> None:
    if used_before:
        assert works(sqlite_store, now)
        assert sqlite_store.left("m", now) == ""
    away = path.with_name("away.db")
    path.rename(away)
    fails(sqlite_store, now)
    for asked in (sqlite_store.queue, sqlite_store.check, lambda: sqlite_store.left("m", now)):
        with unavailable():
            asked()
    assert not path.exists()
    away.rename(path)
    assert works(sqlite_store, now)
    assert sqlite_store.left("m", now) == ""


def test_a_restored_file_is_the_one_that_is_used(sqlite_store: Store, path: Path, now: datetime) -> None:
    """The open file would still take writes, and lose them: it has no name any more."""
    copy = path.with_name("backup.db")
    shutil.copyfile(path, copy)
    assert works(sqlite_store, now)
    sqlite_store.listened([], [Place("m", "old", now)])
    assert sqlite_store.left("m", now) == "old"
    for name in (path, *path.parent.glob("line.db-*")):
        name.unlink()
    copy.rename(path)
    assert sqlite_store.left("m", now) == ""
    assert sqlite_store.queue() == []
    assert works(sqlite_store, now, OTHER)
    assert ask_sql(f"sqlite:///{path}", "SELECT call_sid FROM requests") == [(OTHER,)]


def test_a_file_put_aside_during_a_write_keeps_no_promise(sqlite_store: Store, path: Path, now: datetime) -> None:
    assert works(sqlite_store, now)
    away = path.with_name("away.db")
    with unavailable():
        sqlite_store._write(lambda _: path.rename(away))
    away.rename(path)
    assert works(sqlite_store, now)


def test_an_empty_file_in_its_place_stays_empty(sqlite_store: Store, path: Path, now: datetime) -> None:
    path.write_bytes(b"")
    fails(sqlite_store, now)
    with unavailable():
        sqlite_store.check()
    sqlite_store.close()
    assert ask_sql(f"sqlite:///{path}", "SELECT count(*) FROM sqlite_master") == [(0,)]


def test_a_full_disk_keeps_no_half_promise_and_is_mended_by_room(
    sqlite_store: Store, path: Path, now: datetime
) -> None:
    assert works(sqlite_store, now)
    with sqlite_store._database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    promised = {CALL}
    with unavailable():
        for number in range(3000):
            sqlite_store.confirm(facts(5, f"CA{number}"), f"+4477{number:08}", DUE, now)
            promised.add(f"CA{number}")
    assert {sid for (sid,) in ask_sql(f"sqlite:///{path}", "SELECT call_sid FROM requests")} == promised
    assert ask_sql(f"sqlite:///{path}", "PRAGMA integrity_check") == [("ok",)]
    for number in range(100):
        sqlite_store.confirm(facts(6, f"CB{number}"), f"+4478{number:08}", DUE, now)
    assert works(sqlite_store, now)


def test_a_file_that_may_not_be_written_is_told_and_mended(sqlite_store: Store, path: Path, now: datetime) -> None:
    if os.geteuid() == 0:
        refused_as_nobody(path, now)
        return
    read_only_then_mended(sqlite_store, path, now)


def read_only_then_mended(store: Store, path: Path, now: datetime) -> None:
    path.chmod(0o400)
    path.parent.chmod(0o500)
    fails(store, now)
    path.parent.chmod(0o700)
    path.chmod(0o600)
    assert works(store, now)


def refused_as_nobody(path: Path, now: datetime) -> None:
    """Root may write everything: another account, in a child, is refused."""
    folder = Path(tempfile.mkdtemp())
    shutil.copyfile(path, folder / "line.db")
    for name in (folder, folder / "line.db"):
        shutil.chown(name, "nobody")
    shutil.copyfile(path, path.with_name("other.db"))
    child = PROCESS.Process(target=as_owner_of, args=(folder / "line.db", path.with_name("other.db"), now))
    child.start()
    child.join()
    shutil.rmtree(folder)
    assert child.exitcode == 0


def as_owner_of(path: Path, other: Path, now: datetime) -> None:
    # Everything is loaded before the rights are given up: this account need not be able to read Python itself.
    store = Store.open(f"sqlite:///{other}")
    assert works(store, now)
    store.close()
    os.setuid(path.stat().st_uid)
    read_only_then_mended(Store.open(f"sqlite:///{path}"), path, now)


def test_a_damaged_file_is_told(sqlite_store: Store, path: Path, now: datetime) -> None:
    path.write_bytes(b"x" * path.stat().st_size)
    fails(sqlite_store, now)
    with unavailable():
        sqlite_store.check()


def test_a_server_that_stops_is_told_and_found_again(
    own_postgres_server: Server, opened: Callable[[str], Store], now: datetime
) -> None:
    url = own_postgres_server.new_database()
    migrate(url)
    store = opened(url)
    assert works(store, now)
    own_postgres_server.stop()
    fails(store, now)
    with unavailable():
        store.queue()
    with unavailable():
        store.check()
    own_postgres_server.start()
    assert works(store, now)
    own_postgres_server.stop()
    own_postgres_server.start()
    assert works(store, now, OTHER), "a restart between two promises is not noticed by a caller"


def test_a_lock_on_the_server_is_waited_for_but_not_long(
    postgres_url: str, opened: Callable[[str], Store], now: datetime
) -> None:
    store = opened(postgres_url)
    assert works(store, now)
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE requests IN EXCLUSIVE MODE")
        fails(store, now)
    assert works(store, now)


def test_a_writer_that_hangs_on_the_server_holds_up_nobody_for_long(
    postgres_url: str, opened: Callable[[str], Store], now: datetime
) -> None:
    store, other = opened(postgres_url), opened(postgres_url)
    with other._database.writing():
        fails(store, now)
    assert works(store, now)


def test_a_server_that_is_not_there_is_told_at_once(opened: Callable[[str], Store], now: datetime) -> None:
    fails(opened("postgresql://line@127.0.0.1:1/line"), now)
