"""The connection that writes is the same one, as long as it is good, and one thread's at a time."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, make_url
from sqlalchemy.engine.base import RootTransaction

from ivr.store import StoreUnavailable
from ivr.store.engine import Database
from ivr.store.sqlite import File
from ivr.store.trouble import named_unavailable
from tests.store.conftest import ask_sql, run_sql


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr("ivr.store.engine.BUSY", 0.2)
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def driver(connection: Connection) -> object:
    return connection.connection.dbapi_connection


def used(database: Database) -> object:
    with database.writing() as connection:
        return driver(connection)


def test_it_is_the_same_for_one_transaction_after_another(database: Database) -> None:
    assert used(database) is used(database)


def test_what_fails_without_the_database_being_at_fault_is_undone_and_it_stays(database: Database) -> None:
    first = used(database)
    with suppress(KeyError), database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE undone (id)")
        raise KeyError
    assert used(database) is first
    with database.reading() as connection:
        assert not connection.exec_driver_sql("SELECT * FROM sqlite_master WHERE name = 'undone'").all()


def test_after_trouble_with_the_database_it_is_another(database: Database) -> None:
    first = used(database)
    with pytest.raises(StoreUnavailable), named_unavailable(), database.writing() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    assert used(database) is not first


def begun(opened: Database) -> tuple[object, str]:
    """The driver has begun, and SQLAlchemy does not know it yet."""
    assert opened._file
    return opened._file._baton, "begin"


def committed(opened: Database) -> tuple[object, str]:
    """The driver has committed, and SQLAlchemy does not know it yet."""
    return opened._writer.dialect, "do_commit"


def left(_: Database) -> tuple[object, str]:
    """The block was left, and nothing was done about it."""
    return RootTransaction, "__exit__"


@pytest.mark.parametrize("step", [begun, committed, left])
def test_whatever_breaks_off_a_transaction_between_two_steps_the_next_is_well(
    database: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, step: Callable[[Database], tuple[object, str]]
) -> None:
    """As when there is no memory left."""
    used(database)
    where, name = step(database)
    real = getattr(where, name)

    def broken(*given: object) -> None:
        monkeypatch.setattr(where, name, real)
        if step is not left:
            real(*given)
        raise MemoryError

    monkeypatch.setattr(where, name, broken, raising=False)
    with suppress(MemoryError), database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE which (id)")
    run_sql(sqlite_url, "CREATE TABLE another (id)")  # nobody holds the right to write
    used(database)


def test_a_connection_that_was_lost_on_its_way_out_of_the_pool_is_not_missed(database: Database) -> None:
    lost = database._writer.connect()
    used(database)
    lost.close()


def test_it_is_another_once_the_file_is(database: Database, sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE which (id)")
        first = driver(connection)
    database.checkpoint()
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    os.replace(copy, path)  # noqa: PTH105
    with database.writing() as connection:
        assert driver(connection) is not first
        connection.exec_driver_sql("INSERT INTO which VALUES (7)")
    assert ask_sql(sqlite_url, "SELECT id FROM which") == [(7,)]


def test_another_thread_waits_for_it_and_not_for_ever(database: Database) -> None:
    told: list[str] = []

    def another() -> None:
        try:
            used(database)
        except TimeoutError as error:
            told.append(str(error))

    with database.writing():
        thread = threading.Thread(target=another)
        thread.start()
        thread.join(10)
    assert told == ["another thread writes"]
    used(database)


def test_a_database_that_is_closed_while_somebody_writes_does_not_wait_for_ever(database: Database) -> None:
    with database.writing() as connection:
        thread = threading.Thread(target=database.close)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        connection.exec_driver_sql("SELECT 1")
        first: Any = driver(connection)
    database.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        first.execute("SELECT 1")
    used(database)


def test_a_glance_that_fails_lets_its_connection_go(sqlite_url: str) -> None:
    file, used = File(make_url(sqlite_url)), []

    def ask(cursor: Any) -> None:
        used.append(cursor.connection)
        cursor.execute("SELECT * FROM nowhere")

    with pytest.raises(sqlite3.OperationalError):
        file.glance(ask)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        used[0].execute("SELECT 1")
    file.close()


def test_the_log_is_emptied_once_nobody_reads_it_any_more(database: Database, sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM requests").fetchone()
        used(database)
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE which (id)")
        assert not database.checkpoint(wait=0.2)
        assert Path(f"{path}-wal").stat().st_size > 0
        reader.execute("COMMIT")
    assert database.checkpoint()
    assert Path(f"{path}-wal").stat().st_size == 0


def test_whoever_empties_the_log_waits_for_those_who_read(database: Database, sqlite_url: str) -> None:
    path, told = sqlite_url.removeprefix("sqlite:///"), list[bool]()
    used(database)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        with database.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE which (id)")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM requests").fetchone()
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO which VALUES (1)")
        emptying = threading.Thread(target=lambda: told.append(database.checkpoint(wait=20)))
        emptying.start()
        emptying.join(0.3)
        assert told == []
        reader.execute("COMMIT")
        emptying.join()
    assert told == [True]
