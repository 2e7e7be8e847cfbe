"""Making the schema, and bringing it up to date. Never called while calls are answered."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select, text

from ivr.store.engine import Database, parsed
from ivr.store.sqlite import make_file
from ivr.store.tables import SCHEMA
from ivr.store.trouble import StoreUnavailable, named_unavailable

CHANGING: Final = 600.0
"""Seconds that a change of the schema may take: an index of a large table, or a machine that has much else to do."""
NEWER: Final = "the database is from a newer version of the line: put the newer version back"
_SCRIPTS: Final = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Bring a database up to date; make the SQLite file and its folder where there is none. Safe to repeat.

    All or nothing, one process at a time. Raises StoreUnavailable when the database cannot be reached or is too busy,
    or is from a newer version; ValueError when `url` is no address of a database.
    """
    address = parsed(url)
    with named_unavailable():
        if address.drivername == "sqlite":
            make_file(address)
        database = Database(url, CHANGING)
        try:
            with database.writing() as connection:
                _upgrade(connection)
        finally:
            database.close()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            raise StoreUnavailable(NEWER) from None
        raise


def check(connection: Connection) -> None:
    """Raises StoreUnavailable unless this connection may write and the schema is the one this code needs, or newer."""
    if connection.dialect.name == "postgresql":
        read_only = connection.execute(text("SELECT current_setting('transaction_read_only')")).scalar_one()
        if read_only != "off":
            raise StoreUnavailable("the database can only be read")
    found = connection.execute(select(text("version_num")).select_from(text("alembic_version"))).scalars().all()
    # A newer schema is welcome: migrations only add, so that workers of both versions answer during a deploy.
    if len(found) != 1 or found[0] < SCHEMA:
        raise StoreUnavailable(f"the schema is {found or 'missing'}, not {SCHEMA}: run `ivr db upgrade`")
