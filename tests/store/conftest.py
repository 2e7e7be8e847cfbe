"""Every promise of the store is tested on both databases, each test with an empty one of its own."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.sealing import Sealing
from ivr.store import CallFacts, Store, migrate
from ivr.store.tables import metadata
from tests.postgres import Server

CALL = "CA" + "1" * 32
OTHER = "CA" + "2" * 32
THIRD = "CA" + "3" * 32
MOBILE = "+447700900123"
LANDLINE = "+441604367125"
SEALING = Sealing(["5" * 64])
DUE = date(2026, 11, 26)


def facts(turn: int, sid: str = CALL, caller: str = MOBILE, node: str = "somewhere", **answers: str) -> CallFacts:
    """A call at one of its turns."""
    return CallFacts(sid, turn, caller, "en-GB", "normal", node, answers)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "line.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "line.db")
    return f"sqlite:///{tmp_path / 'line.db'}"


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server: Server) -> str:
    url = postgres_server.new_database()
    migrate(url)
    return url


@pytest.fixture
def postgres_url(postgres_migrated: str) -> str:
    """The same database for all tests of a process, emptied: making one costs more than a test."""
    # As in a copy of the database, the log of what staff did does not refuse here.
    emptied = "SET session_replication_role = replica"
    run_sql(postgres_migrated, emptied, *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)))  # noqa: S608
    return postgres_migrated


def run_sql(url: str, *statements: str) -> None:
    """What staff or an accident would do to the database beside the store."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))
    finally:
        engine.dispose()


def ask_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    """What is in the database, seen beside the store."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(statement))]
    engine.dispose()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a database with the schema and nothing in it."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Opens stores and closes them at the end."""
    stores: list[Store] = []

    def open_store(url: str, spool: Path | None = None, seal: Sealing | None = SEALING) -> Store:
        stores.append(Store.open(url, spool, seal))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(url: str, opened: Callable[[str], Store]) -> Store:
    return opened(url)


@pytest.fixture
def seen(store: Store) -> Callable[[], object]:
    """Everything staff would see: two equal answers mean that nothing changed."""
    return lambda: (store.queue(limit=1000), store.counts(), store.orphans())


@pytest.fixture
def kept(store: Store, now: datetime) -> Callable[..., str]:
    """A confirmed request; returns its reference."""

    def keep(sid: str = CALL, number: str = MOBILE, due: date = DUE, at: datetime = now) -> str:
        return store.confirm(facts(5, sid), number, due, at).reference

    return keep
