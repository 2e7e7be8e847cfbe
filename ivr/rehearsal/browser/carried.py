"""A call between two requests: the page carries it, signed, so that any worker on any host can go on with it.

Nothing is kept on the server, so nothing there can be lost, pile up or grow old. It holds no secret: what the person
at the page chose and did, and where the line listens. No signature of a request to the line is ever in it.
"""

import json
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from xml.etree import ElementTree

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ivr.rehearsal.browser.gate import Refused
from ivr.rehearsal.ear import Turn
from ivr.rehearsal.player import EndedBy
from ivr.rehearsal.standin import Call
from ivr.rehearsal.twiml import Answer, parse
from ivr.rehearsal.wire import Exchange

LONGEST: Final = 3 * 60 * 60
"""Seconds for which a call may rest between two steps, and a page lie open before its first call."""
MOST_STEPS: Final = 400
"""Things a caller may do in one call; with more the page would carry too much."""
LARGEST: Final = 48_000
"""Most characters that a page may carry; a request to the line has room for 64 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """All there is to know about a call. Times are ISO; `place` is how far a replayed story is, `replay` its line."""

    sid: str
    caller: str
    transfer: tuple[str, ...]
    whisper: str
    now: str
    began: str
    place: int = 0
    replay: str = ""
    faults: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    path: str = ""
    document: str = ""
    transfers: tuple[str, ...] = ()
    seconds: float = 0.0
    ahead: str = ""
    rang: tuple[str, ...] = ()
    ended: EndedBy = ""
    last: tuple[str, dict[str, str]] | None = None
    news: tuple[tuple[str, dict[str, str]], ...] = ()

    @property
    def moment(self) -> datetime | None:
        """The time that the call began, where the person chose one."""
        return datetime.fromisoformat(self.now) if self.now else None


def state_of(call: Call) -> dict[str, object]:
    """The fields of a Carried that the stand-in knows, after a step."""
    player = call.player
    return {
        "path": player.path,
        "document": _document(call),
        "transfers": tuple(player.transfers),
        "seconds": call.seconds,
        "ahead": player.ahead,
        "rang": tuple(call.rang),
        "ended": call.ended_by,
        "last": (call.exchanges[-1].path, call.exchanges[-1].form) if call.exchanges else None,
        "news": tuple(player.news),
    }


def _document(call: Call) -> str:
    """The verbs not played yet, the one that listens first; empty when the call is over."""
    if call.listens is None:
        return ""
    root = ElementTree.Element("Response")
    root.extend([call.listens, *call.player.rest])
    return ElementTree.tostring(root, encoding="unicode")


def put_back(call: Call, carried: Carried) -> Call:
    """Make a fresh call of the stand-in the one that was carried."""
    player = call.player
    player.path, player.ahead, player.ended_by = carried.path, carried.ahead, carried.ended
    player.transfers = deque(carried.transfers)
    player.news = [(path, form) for path, form in carried.news]
    player.ear.seconds = carried.seconds
    if carried.last:
        player.wire.exchanges.append(Exchange(*carried.last, Answer(HTTPStatus.OK, {}, b""), 0.0))
    if carried.document:
        player.rest = deque(parse(carried.document.encode()))
        player.waiting = player.rest.popleft()
        player.nested = [player.sound(verb) for verb in player.waiting if player.waiting.tag == "Gather"]
    heard = [sound.text for sound in player.nested if sound.text]
    player.ear.turns.append(Turn(carried.path, "", "", 0.0, 0.0, heard))
    return call


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs what a page carries, and reads it back. Another line's, a changed or an old one is refused."""

    key: str

    def close(self, carried: Carried) -> str:
        """The call as text for the page. Raises Refused for a call that has become too long."""
        text = str(self._signer("call").dumps(asdict(carried)))
        if len(text) > LARGEST or len(carried.steps) > 2 * MOST_STEPS:
            raise Refused("This call has become very long. Please hang up, and ring again.")
        return text

    def open(self, text: str) -> Carried:
        """The call that a page carried. Raises Refused."""
        with suppress(BadSignature, TypeError, ValueError, json.JSONDecodeError):
            return _typed(self._signer("call").loads(text, max_age=LONGEST))
        raise Refused("This call cannot go on: it has rested too long, or the line was set up anew. Please ring again.")

    def page(self) -> str:
        """What a page shows with its first request, to prove that this line made it."""
        return str(self._signer("page").dumps("phone"))

    def check_page(self, text: str) -> None:
        """Raises Refused unless this line made the page, not too long ago."""
        try:
            self._signer("page").loads(text, max_age=LONGEST)
        except BadSignature:
            raise Refused("This page has grown old. Please load it again.") from None

    def _signer(self, what: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt=f"plainline rehearsal {what}")


def _typed(data: dict[str, object]) -> Carried:
    """Lists of JSON as the tuples that they were. Raises TypeError for another version's call."""
    return Carried(**{name: _tuples(value) for name, value in data.items()})  # type: ignore[arg-type]


def _tuples(value: object) -> object:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
