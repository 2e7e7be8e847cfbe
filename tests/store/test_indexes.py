"""Indexes that hold only what is looked for are used by what looks for it, on both databases."""

from typing import Any

import pytest
import sqlalchemy as sa

from ivr.store import queue

LOOKED_UP: dict[str, Any] = {
    "promises_by_reference": (queue._BY_TOLD, {"told": "4821"}),
    "ix_calls_request_id": (queue._CALLS, {"requests": ["a", "b"]}),
    "requests_by_claim": (
        sa.text("SELECT id FROM requests WHERE claimed_until <= '2026-11-24 10:30:00' ORDER BY claimed_until"),
        {},
    ),
}


@pytest.mark.parametrize("name", LOOKED_UP)
def test_what_looks_for_it_uses_it(url: str, name: str) -> None:
    statement, given = LOOKED_UP[name]
    assert name in plan(url, statement, given)


def plan(url: str, statement: Any, given: dict[str, Any]) -> str:
    """How the database reads what a statement asks for; an empty PostgreSQL would read a whole table."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    asked: list[Any] = []

    @sa.event.listens_for(engine, "before_cursor_execute", retval=True)
    def explained(_c: Any, _cursor: Any, text: str, values: Any, *_: Any) -> tuple[str, Any]:
        how = "EXPLAIN " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        return (how + text if text.lstrip().startswith("SELECT") and asked else text), values

    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.text("SET enable_seqscan = off"))
            asked.append(True)
            return "\n".join(str(row[-1]) for row in connection.execute(statement, given).cursor.fetchall())  # type: ignore[union-attr]
    finally:
        engine.dispose()
