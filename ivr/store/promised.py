"""One promise of one call as data: the same whether it goes into the database at once or by way of the disk."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, Self, get_args

from sqlalchemy import Connection

from ivr.store import requests
from ivr.store.confirm import confirm
from ivr.store.facts import CallFacts, Kept

What = Literal["wish", "draft", "confirm", "improve", "message", "finished"]
VERSION: Final = 1
"""Of the text that `to_text` writes. An older line leaves what a newer one wrote to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What a caller was promised at one turn; which fields count depends on `what`.

    `told` is the reference that the caller hears of it where the database was not there to give one.
    """

    what: What
    call: CallFacts
    at: datetime
    number: str | None = None
    due: date = date.max
    field: str = ""
    value: str = ""
    recording: str = ""
    seconds: int = 0
    told: str = ""

    @property
    def key(self) -> str:
        """The same for the same promise made again, and for no other of its call; nothing can be read from it."""
        content = (self.what, self.field, self.value, self.number or "", self.recording)
        digest = hashlib.blake2b("\0".join(content).encode("utf-8", "surrogatepass"), digest_size=12)
        return f"{self.call.turn:05}-{digest.hexdigest()}"

    def to_text(self) -> str:
        """One line of JSON."""
        times = {"at": self.at.isoformat(), "due": self.due.isoformat()}
        return json.dumps({"version": VERSION, **asdict(self), **times})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What `to_text` wrote. Raises ValueError for anything else."""
        try:
            return cls(**_fields(json.loads(text)))
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"no promise: {type(error).__name__}") from error


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    if given["version"] != VERSION or given["what"] not in get_args(What):
        raise ValueError("a promise of another version")
    at = datetime.fromisoformat(given["at"])
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    rest = {name: value for name, value in given.items() if name != "version"}
    return rest | {"call": CallFacts(**given["call"]), "at": at, "due": date.fromisoformat(given["due"])}


def keep(connection: Connection, promised: Promised) -> Kept:
    """Write a promise, once however often it is made; the reference is empty where there is none to tell.

    Raises LookupError for what needs a request or a number that the call does not have.
    """
    call, at = promised.call, promised.at
    match promised.what:
        case "wish":
            requests.wish(connection, call, at)
        case "draft":
            requests.draft(connection, call, promised.number or "", at)
        case "confirm":
            return confirm(connection, call, promised.number, promised.due, at, promised.told)
        case "improve":
            requests.improve(connection, call, promised.field, promised.value, at)
        case "message":
            requests.message(connection, call, (promised.recording, promised.seconds), at)
        case "finished":
            requests.finished(connection, call, at)
    return Kept("", merged=False)
