"""Databases of a history: each can go away and come back, on either kind."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from ivr.store import migrate
from tests.postgres import Server


class OnSqlite:
    """A file, that goes by another name for a while."""

    def __init__(self, folder: Path) -> None:
        self.file, self.away = folder / "line.db", folder / "away.db"
        self.url = f"sqlite:///{self.file}"
        self.there = True
        self.file.write_bytes(empty_file())

    def goes(self, switchboard) -> None:
        switchboard.listening.close()
        switchboard.store.close()
        self.file.rename(self.away)
        self.there = False

    def comes_back(self) -> None:
        self.away.rename(self.file)
        self.there = True

    def ends(self) -> None:
        """The folder takes it along."""


class OnPostgres:
    """A database that takes nobody for a while, and throws out whoever is in it, as a server that goes down does."""

    def __init__(self, server: Server, template: str) -> None:
        self.server = server
        self.url = server.new_database(template)
        self.name = self.url.removeprefix("postgresql://line@/").partition("?")[0]
        self.there = True

    def goes(self, _switchboard) -> None:
        thrown_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        self._told(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS false")
        self._told(thrown_out, self.name)
        self.there = False

    def comes_back(self) -> None:
        self._told(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS true")
        self.there = True

    def ends(self) -> None:
        self._told(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _told(self, statement: str, *values: str) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode(), values or None)


@cache
def empty_file() -> bytes:
    """A file with the schema and nothing in it, to be copied."""
    with TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/line.db")
        return Path(folder, "line.db").read_bytes()


def empty(server: Server) -> str:
    """The URL of a database with its schema and nothing in it, to be copied."""
    url = server.new_database()
    migrate(url)
    return url
