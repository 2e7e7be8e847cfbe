"""What goes straight to the driver is stored and found as everything else is, and fails as everything else does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.store import Listened, Place, Store, StoreUnavailable
from ivr.store.tables import listened, places
from tests.store.conftest import CALL, ask_sql

AT = datetime(2026, 7, 1, 12, 30, 5, tzinfo=timezone(timedelta(hours=1)))
"""A summer's day, local time, without a fraction of a second."""


def rows(url: str, table: sa.Table) -> list[dict[str, object]]:
    """What is in a table, read as all other statements read it."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    engine.dispose()
    return found


def test_times_and_words_come_back_as_they_went(store: Store, url: str) -> None:
    note = Listened(CALL, 3, AT, "main", 1, "pressed", "slow", "pl-PL")
    store.listened([note, note], [Place("it's 100 % ? marked", "1.main", AT)])

    assert [row | {"id": 0} for row in rows(url, listened)] == [
        {"id": 0, **{name: getattr(note, name) for name in Listened.__slots__}, "at": AT.astimezone(UTC)}
    ] * 2
    assert rows(url, places) == [{"mark": "it's 100 % ? marked", "place": "1.main", "at": AT}]
    assert store.left("it's 100 % ? marked", AT) == "1.main"


def test_a_time_is_spelled_as_all_times_are(store: Store, url: str) -> None:
    """SQLite compares them as text, so a whole second needs its fraction too."""
    store.listened([], [Place("m", "there", AT)])

    if url.startswith("sqlite"):
        assert ask_sql(url, "SELECT at FROM places") == [("2026-07-01 11:30:05.000000",)]
    assert store.left("m", AT + timedelta(minutes=10) - timedelta(microseconds=1)) == "there"
    assert store.left("m", AT + timedelta(minutes=10)) == ""


def test_a_glance_at_a_database_that_is_gone_is_the_same_trouble_and_mends_itself(
    sqlite_url: str, opened: Callable[[str], Store], now: datetime
) -> None:
    store = opened(sqlite_url)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store.listened([], [Place("m", "there", now)])
    aside = path.rename(path.with_suffix(".aside"))
    with pytest.raises(StoreUnavailable):
        store.left("m", now)
    aside.rename(path)

    assert store.left("m", now) == "there"


def test_a_glance_at_a_missing_table_is_the_same_trouble(store: Store, url: str, now: datetime) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE places RENAME TO gone"))
    let_go: list[object] = []
    sa.event.listen(store._database._reader, "invalidate", lambda *given: let_go.append(given))
    try:
        with pytest.raises(StoreUnavailable):
            store.left("m", now)
        file = store._database._file
        assert let_go if file is None else not file._glancing, "a connection that failed would be used again"
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE gone RENAME TO places"))
        engine.dispose()

    assert store.left("m", now) == ""
