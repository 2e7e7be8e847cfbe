"""The wordings of the privacy notice that callers were told: each once, for as long as there is a line.

A request names its wording by a version alone; here are the words, so that they can be shown when they have changed.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, text

from ivr.store.quick import Statement
from ivr.store.tables import Utc, privacy_words

_ADD: Final = Statement(
    text(
        "INSERT INTO privacy_words (version, language, words, since) VALUES (:version, :language, :words, :since)"
        " ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("since", type_=Utc))
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the notice in one language, by their version, and since when callers are told them."""

    version: str
    language: str
    words: str
    since: datetime


def add(connection: Connection, told: Sequence[Wording]) -> None:
    """Keep these wordings; one that is kept already stays as it is."""
    _ADD.many(connection, [asdict(one) for one in told])


def told_to(connection: Connection, versions: Collection[str]) -> dict[str, Wording]:
    """The wordings of these versions, as far as their words are kept."""
    wanted = select(privacy_words).where(privacy_words.c.version.in_(versions))
    return {row["version"]: Wording(**row) for row in connection.execute(wanted).mappings()}
