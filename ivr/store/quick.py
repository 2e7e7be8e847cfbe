"""For the few statements that every call runs: straight to the driver, at a fifth of what the layers above it cost."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Dialect

Values = tuple[object, ...]


class Statement:
    """SQL that both databases know, with `?` for each value. It holds no other question mark and no per cent sign."""

    def __init__(self, sql: str) -> None:
        self._spelled: Final = {"qmark": sql, "pyformat": sql.replace("?", "%s")}

    def of(self, dialect: Dialect) -> str:
        """The statement as a driver takes it."""
        return self._spelled[dialect.paramstyle]

    def many(self, connection: Connection, rows: Collection[Values]) -> None:
        """Run it once for each row of values."""
        connection.exec_driver_sql(self.of(connection.dialect), list(rows))


def moment(dialect: Dialect, at: datetime) -> object:
    """A time as the tables hold it, and as a driver takes it; `tables.Utc` is the same for all other statements."""
    utc = at.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds") if dialect.name == "sqlite" else utc
