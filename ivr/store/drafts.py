"""What staff had typed when their session ended: kept for a day, sealed, for the same person only."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from ivr.sealing import Sealing
from ivr.store.engine import Database
from ivr.store.part import Part
from ivr.store.staff_tables import drafts

KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was sent: where to, and what was in it, in order."""

    id: str
    path: str
    fields: tuple[tuple[str, str], ...]


class Drafts(Part):
    """The drafts. Raises StoreUnavailable, and SealError when a draft cannot be opened."""

    def __init__(self, database: Database, sealing: Sealing) -> None:
        super().__init__(database)
        self._sealing: Final = sealing

    def keep(self, account_id: str, path: str, fields: tuple[tuple[str, str], ...], now: datetime) -> str:
        """Keep a form; its id."""
        draft_id = secrets.token_hex(16)
        box = self._sealing.close_words(json.dumps(fields), _context(draft_id, account_id))

        def work(connection: Connection) -> None:
            connection.execute(delete(drafts).where(drafts.c.created < now - KEPT))
            row = {"id": draft_id, "account_id": account_id, "path": path, "box": box, "created": now}
            connection.execute(insert(drafts).values(**row))

        self._write(work)
        return draft_id

    def of(self, account_id: str, now: datetime) -> list[Draft]:
        """A person's drafts, the oldest first."""
        mine = (drafts.c.account_id == account_id) & (drafts.c.created >= now - KEPT)
        with self._reading() as connection:
            rows = connection.execute(select(drafts).where(mine).order_by(drafts.c.created, drafts.c.id)).all()
        return [self._opened(dict(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name

    def drop(self, draft_id: str, account_id: str) -> None:
        """Delete one, if it is this person's."""
        mine = (drafts.c.id == draft_id) & (drafts.c.account_id == account_id)
        self._write(lambda connection: connection.execute(delete(drafts).where(mine)))

    def _opened(self, row: Mapping[str, Any]) -> Draft:
        text = self._sealing.open_words(row["box"], _context(row["id"], row["account_id"]))
        return Draft(row["id"], row["path"], tuple((name, value) for name, value in json.loads(text)))


def _context(draft_id: str, account_id: str) -> str:
    return f"draft:{draft_id}:{account_id}"
