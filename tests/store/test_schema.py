"""The schema is made by `migrate` alone, and the tables in the code are the tables in the database."""

import stat
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ivr.store import Store, StoreUnavailable, migrate, postgres, schema, staff_tables, tables_counted, work_tables
from ivr.store.engine import Database
from ivr.store.migrations import holding
from ivr.store.migrations.holding import hold
from ivr.store.tables import SCHEMA, metadata
from ivr.store.trouble import named_unavailable
from tests.postgres import Server
from tests.store.conftest import ask_sql, facts, run_sql

TABLES = (staff_tables, tables_counted, work_tables)
"""Modules that hold tables beside those of `tables`: known to `metadata` once they are imported."""


def test_the_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert difference == []


def test_the_code_asks_for_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


def test_the_file_and_its_folder_are_for_one_account_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "var" / "line.db"
    migrate(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    store = Store.open(f"sqlite:///{path}")
    store.check()
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    store.close()


def test_migrating_again_changes_nothing(url: str, store: Store) -> None:
    migrate(url)
    migrate(url)
    assert ask_sql(url, "SELECT version_num FROM alembic_version") == [(SCHEMA,)]
    store.check()


def test_many_may_migrate_at_once(tmp_path: Path) -> None:
    together(f"sqlite:///{tmp_path / 'line.db'}")


def test_many_may_migrate_a_server_at_once(postgres_server: Server) -> None:
    together(postgres_server.new_database())


def together(url: str) -> None:
    troubles: list[Exception] = []

    def one() -> None:
        try:
            migrate(url)
        except StoreUnavailable as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert ask_sql(url, "SELECT version_num FROM alembic_version") == [(SCHEMA,)]


@pytest.mark.parametrize(
    "broken",
    ["UPDATE alembic_version SET version_num = '0000'", "DELETE FROM alembic_version", "DROP TABLE alembic_version"],
)
def test_another_schema_is_not_ready(sqlite_url: str, opened: Callable[[str], Store], broken: str) -> None:
    store = opened(sqlite_url)
    store.check()
    run_sql(sqlite_url, broken)
    with pytest.raises(StoreUnavailable):
        store.check()


def test_a_schema_of_the_next_version_is_welcome(sqlite_url: str, opened: Callable[[str], Store]) -> None:
    """During a deploy the old code answers calls while the new schema is there already."""
    run_sql(sqlite_url, "UPDATE alembic_version SET version_num = '9999'")
    opened(sqlite_url).check()


def test_a_schema_of_a_later_version_is_not_changed(url: str, store: Store) -> None:
    run_sql(url, "UPDATE alembic_version SET version_num = 'zzzz'")
    with pytest.raises(StoreUnavailable, match="newer version"):
        migrate(url)
    assert ask_sql(url, "SELECT version_num FROM alembic_version") == [("zzzz",)]


def test_code_that_knows_nothing_of_the_last_migration_stores_requests(url: str, store: Store) -> None:
    """As during a deploy: its statements name the columns that it knows."""
    known = "id, reference, call_sid, phone, status, council, topic, best_time, safe_message, needs, language, pace"
    given = ", ".join(f"'{name}'" for name in known.split(", "))
    run_sql(
        url,
        f"INSERT INTO requests ({known}, created, due) VALUES ({given}, '2026-11-29 10:00:00', '2026-12-01')",  # noqa: S608
    )
    (request,) = store.queue()
    assert (request.phone, request.notice) == ("phone", "")


def test_a_change_of_the_schema_may_take_longer_than_a_caller_can_wait(postgres_url: str) -> None:
    def work(longest: float | None) -> bool:
        database = Database(postgres_url, longest)
        try:
            with named_unavailable(), database.writing() as connection:
                connection.exec_driver_sql("SELECT pg_sleep(2.8)")
        except StoreUnavailable:
            return False
        finally:
            database.close()
        return True

    assert (work(None), work(schema.CHANGING)) == (False, True)


def test_a_change_of_the_schema_waits_for_another_longer_than_a_caller_can(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when several hosts, or the parts of one, are started at once after an update."""
    monkeypatch.setattr("ivr.store.engine.BUSY", 0.05)
    monkeypatch.setitem(postgres._SETTINGS, "lock_timeout", "50ms")
    changing = Database(url, schema.CHANGING)

    def waits(longest: float | None) -> bool:
        database = Database(url, longest)
        try:
            with named_unavailable(), database.writing():
                return True
        except StoreUnavailable:
            return False
        finally:
            database.close()

    with ThreadPoolExecutor() as others:
        with changing.writing():
            patient = others.submit(waits, schema.CHANGING)
            assert not waits(None)
            time.sleep(0.5)  # by then whoever has no patience has given up
            assert not patient.done()
        assert patient.result()
    changing.close()


def test_a_change_of_the_schema_may_pause_between_two_steps(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its steps are read from files meanwhile; a caller's transaction that pauses for so long is broken."""
    monkeypatch.setitem(postgres._SETTINGS, "idle_in_transaction_session_timeout", "100ms")

    def paused(longest: float | None) -> bool:
        database = Database(postgres_url, longest)
        try:
            with named_unavailable(), database.writing() as connection:
                time.sleep(0.4)
                connection.exec_driver_sql("SELECT 1")
        except StoreUnavailable:
            return False
        finally:
            database.close()
        return True

    assert (paused(None), paused(schema.CHANGING)) == (False, True)


def test_a_server_that_only_reads_is_not_ready(postgres_url: str, opened: Callable[[str], Store]) -> None:
    opened(postgres_url).check()
    with pytest.raises(StoreUnavailable):
        opened(f"{postgres_url}&options=-c%20default_transaction_read_only%3Don").check()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "line.db",
        "mysql://line:secret@host/line",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////tmp/a%00b.db",
        "postgresql://line:secret@host:abc/line",
        "postgresql+asyncpg://host/line",
    ],
)
def test_an_address_that_the_line_cannot_use_is_refused_and_not_told(address: str) -> None:
    with pytest.raises(ValueError, match="address") as refused:
        Store.open(address)
    assert "secret" not in str(refused.value)
    with pytest.raises(ValueError, match="address"):
        migrate(address)


def test_an_unreachable_server_cannot_be_migrated() -> None:
    with pytest.raises(StoreUnavailable):
        migrate("postgresql://line@127.0.0.1:1/line")


def test_a_change_that_waits_for_a_long_reader_keeps_no_other_reader_waiting(postgres_url: str) -> None:
    """As while a backup is made."""
    engine = sa.create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    changing = Database(postgres_url, schema.CHANGING)

    def change() -> str:
        with changing.writing() as connection:
            hold(connection, "requests", "calls")
            return str(connection.exec_driver_sql("SHOW lock_timeout").scalar_one())

    def look() -> float:
        begun = time.monotonic()
        with engine.connect() as reader:
            reader.exec_driver_sql("SELECT 1 FROM requests, calls")
        return time.monotonic() - begun

    with ThreadPoolExecutor() as beside:
        with engine.connect() as backup:
            backup.exec_driver_sql("SELECT 1 FROM requests")
            changed = beside.submit(change)
            waits = [(look(), time.sleep(0.05))[0] for _ in range(25)]
            assert not changed.done()
        assert changed.result(10) == "10min", "and it is as it was for what comes after"
    changing.close()
    engine.dispose()
    assert max(waits) < 1


def test_a_change_that_never_gets_its_turn_says_so(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "LONGEST", 0.0)
    engine = sa.create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    changing = Database(postgres_url, schema.CHANGING)
    with engine.connect() as backup:
        backup.exec_driver_sql("SELECT 1 FROM requests")
        with pytest.raises(StoreUnavailable), named_unavailable(), changing.writing() as connection:
            hold(connection, "requests")
    changing.close()
    engine.dispose()


def test_a_server_that_does_not_say_how_words_are_written_is_read_as_utf_8(
    postgres_server: Server, opened: Callable[[str], Store], now: datetime
) -> None:
    url = postgres_server.new_database(encoding="SQL_ASCII")
    migrate(url)
    store = opened(url)
    store.wish(facts(1, topic="Łódź, ńāščęția"), now)
    assert [request.topic for request in store.queue()] == ["Łódź, ńāščęția"]
