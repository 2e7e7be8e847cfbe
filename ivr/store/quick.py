"""For the statements that calls run: compiled once for each database, then straight to the driver.

What SQLAlchemy does anew for each execution costs five times what SQLite takes for the work itself, and a caller
waits for it. A statement here is written like any other, with a `bindparam` for each value and no list among them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.expression import ClauseElement

Values = Mapping[str, object]
Row = dict[str, Any]
_Change = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as the driver of one database takes it, and how values change on the way in and out."""

    sql: str
    fixed: Values
    positional: bool
    into: tuple[tuple[str, _Change], ...]
    out: tuple[tuple[str, _Change], ...]

    def given(self, values: Values) -> Any:
        if self.fixed:
            values = {**self.fixed, **values}
        if self.positional:
            return [change(values[name]) if change else values[name] for name, change in self.into]
        return {name: change(values[name]) if change else values[name] for name, change in self.into}

    def row(self, found: Sequence[Any]) -> Row:
        return {name: change(value) if change else value for (name, change), value in zip(self.out, found, strict=True)}


class Statement:
    """A statement of SQLAlchemy's; `columns` are those of its result, where it has one."""

    def __init__(self, statement: ClauseElement, *columns: Column[Any]) -> None:
        self._statement: Final = statement
        self._columns: Final = columns
        self._compiled: Final[dict[str, _Compiled]] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """Run it in the connection's transaction. How many rows it changed."""
        cursor = self._executed(connection, values)
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def rows(self, connection: Connection, values: Values) -> list[Row]:
        """Run it in the connection's transaction. The rows of its result."""
        cursor = self._executed(connection, values)
        found = cursor.fetchall()
        cursor.close()
        return [self._for(connection.dialect).row(one) for one in found]

    def many(self, connection: Connection, rows: Collection[Values]) -> None:
        """Run it once for each row of values."""
        ready = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        with_driver(connection.dialect, lambda: cursor.executemany(ready.sql, [ready.given(row) for row in rows]))
        cursor.close()

    def glance(self, dialect: Dialect, cursor: DBAPICursor, values: Values) -> Row | None:
        """The first row, by a cursor outside a transaction."""
        ready = self._for(dialect)
        cursor.execute(ready.sql, ready.given(values))
        found = cursor.fetchone()
        return ready.row(found) if found else None

    def _executed(self, connection: Connection, values: Values) -> DBAPICursor:
        ready = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        with_driver(connection.dialect, lambda: cursor.execute(ready.sql, ready.given(values)))
        return cursor

    def _for(self, dialect: Dialect) -> _Compiled:
        ready = self._compiled.get(dialect.name)
        if ready is None:
            ready = self._compiled[dialect.name] = _compiled(self._statement, self._columns, dialect)
        return ready


def with_driver(dialect: Dialect, work: Callable[[], object]) -> None:
    """Do something with the driver; what it raises is raised as SQLAlchemy raises it, without any value."""
    driver: type[Exception] = dialect.loaded_dbapi.Error
    try:
        work()
    except driver as error:
        raise DBAPIError.instance(None, None, error, driver, dialect=dialect) from error
    except ValueError as error:
        raise StatementError("a value cannot be stored", None, None, error) from error


def _compiled(statement: ClauseElement, columns: tuple[Column[Any], ...], dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    own = {name: bind for name, bind in compiled.binds.items() if bind.required}
    changes = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in own.items()}
    return _Compiled(
        sql=str(compiled),
        fixed={name: bind.value for name, bind in compiled.binds.items() if name not in own},
        positional=bool(compiled.positional),
        into=tuple((name, changes.get(name)) for name in compiled.positiontup or compiled.binds),
        out=tuple((one.name, one.type.dialect_impl(dialect).result_processor(dialect, None)) for one in columns),
    )
