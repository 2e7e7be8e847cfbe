"""Documents that were written before, in pieces: only the state of the call is put in anew.

What belongs to a single caller, digits or a recording, is never kept: a document has an empty place for it.
"""

import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

from ivr.flow.line import Flow

MOST: Final = 4096
"""Documents kept at a time, of about 2 kB; then all are written anew. A flow of 70 nodes makes some hundreds."""
MOST_KNOWN: Final = 1024
"""Turns kept with them at a time, of about 2 kB; `ivr.decided` keeps no more."""
LASTS: Final = 60.0
"""Seconds after which everything is written anew, whatever changed unseen."""
MARK: Final = secrets.token_hex(16)
"""Stands for the state while a document is written. No prompt holds it: it is made when the process starts."""
OWN: Final = secrets.token_hex(16)
"""Stands for what is said to one caller only."""

Pieces = list[bytes]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The documents of one flow and one state of the audio library."""

    flow: Flow
    audio: Hashable
    until: float
    documents: dict[Hashable, Pieces] = field(default_factory=dict)
    known: dict[int, tuple[object, Hashable, Pieces]] = field(default_factory=dict)
    """The same by the very object that was asked for, and where. It is kept with them: no other can have its id."""


class Ready:
    """Documents by what makes them. Safe to share between threads: a new shelf replaces the old whole."""

    __slots__ = ("_shelf",)

    def __init__(self) -> None:
        self._shelf: _Shelf | None = None

    def find(self, flow: Flow, audio: Hashable, key: Hashable, write: Callable[[str], bytes]) -> Pieces:
        """The pieces of the document of `key`, between which the state goes; `write` makes it where it is not there.

        Nothing made for another flow, the same file read again included, or for other audio is ever found.
        """
        documents = self._current(flow, audio).documents
        pieces = documents.get(key)
        if pieces is None:
            pieces = cut(write(MARK))
            if len(documents) >= MOST:
                documents.clear()
            documents[key] = pieces
        return pieces

    def again(self, flow: Flow, audio: Hashable, asked: object, where: Hashable) -> Pieces | None:
        """The pieces that were remembered for this very object: quicker than by what it holds."""
        found = self._current(flow, audio).known.get(id(asked))
        return found[2] if found and found[1] == where else None

    def remember(self, flow: Flow, audio: Hashable, asked: object, where: Hashable, pieces: Pieces) -> None:
        """These are the pieces of this object, which never changes."""
        known = self._current(flow, audio).known
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[id(asked)] = asked, where, pieces

    @property
    def count(self) -> int:
        """How many documents are ready."""
        return len(self._shelf.documents) if self._shelf else 0

    def _current(self, flow: Flow, audio: Hashable) -> _Shelf:
        shelf, now = self._shelf, time.monotonic()
        if shelf is None or shelf.flow is not flow or shelf.audio != audio or now > shelf.until:
            shelf = self._shelf = _Shelf(flow, audio, now + LASTS)
        return shelf


def cut(document: bytes) -> Pieces:
    """A document written with MARK, cut where the state goes."""
    return document.split(MARK.encode("ascii"))
