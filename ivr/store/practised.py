"""What was practised on the phone in the browser, beside a real line: nobody's requests, and gone every night."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from ivr.store.engine import Database
from ivr.store.tables import metadata
from ivr.store.trouble import StoreUnavailable

FOLDER: Final = "practice"
"""In the folder of the real line."""
FILE: Final = "line.db"


def empty(data_dir: Path) -> None:
    """Delete all of it: numbers of real people may have been typed there. Raises StoreUnavailable."""
    path = data_dir / FOLDER / FILE
    if not path.exists():
        return
    database = Database(f"sqlite:///{path}")
    try:
        database.together.write(_emptied)
        if not database.checkpoint():
            raise StoreUnavailable("somebody reads what was practised all the time")
    finally:
        database.close()


def _emptied(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())
