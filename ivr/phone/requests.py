"""What Twilio sends, read strictly: the form once, its shapes checked, turned into events."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, parse_qsl, unquote_to_bytes

from ivr.flow.events import Event, MessageTaken, NoInput, Pressed, RingEnded, RingOutcome, Said

LARGEST_BODY: Final = 64 * 1024
"""Bytes; real requests have about 700."""
MOST_FIELDS: Final = 200
"""A call has about 30 fields."""
LONGEST_WORDS: Final = 500
_SID: Final = {
    "CallSid": re.compile(r"CA[0-9a-f]{32}", re.ASCII),
    "RecordingSid": re.compile(r"RE[0-9a-f]{32}", re.ASCII),
}
_KEYS: Final = re.compile(r"[0-9*#]{1,20}", re.ASCII)
_NUMBER: Final = re.compile(r"\+[0-9]{5,20}", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_DECIMAL: Final = re.compile(r"[01](\.[0-9]{1,20})?", re.ASCII)
_STATE: Final = re.compile(r"s=([A-Za-z0-9._~-]*)", re.ASCII)
"""The query that a state makes, which says itself; any other is read as a query."""
_MARKS: Final = re.compile(rb"[\0\1]|%0[01]")
"""Two characters that no telephone sends, by which a body is cut."""
_STRANGE: Final = re.compile(r"[^\w\s'’.,!?£&+-]")
NO_KEY: Final = Pressed("?")
"""Stands for keys that no telephone has."""
_SHORTEST_TALK: Final = 3
"""Seconds: a transfer that is over sooner reached a machine or a refusal, not a person."""


class MalformedError(Exception):
    """A signed request that is not what Twilio sends."""


@dataclass(frozen=True, slots=True)
class Form:
    """One request: its fields, each name once, where the first value counts; and what came beside them."""

    fields: tuple[tuple[str, str], ...]
    query: str = ""
    """Of its address, undecoded."""
    moment: str = ""
    """The time that a rehearsal wants it to be."""
    _values: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_values", dict(reversed(self.fields)))

    @property
    def values(self) -> Mapping[str, str]:
        """Every field, each name once."""
        return self._values

    def get(self, name: str) -> str:
        """The value of a field, empty when absent."""
        return self._values.get(name, "")

    def sid(self, name: str) -> str:
        """An id of Twilio's, or empty. Anything of another shape is no id."""
        value = self.get(name)
        return value if _SID[name].fullmatch(value) else ""

    def whole(self, name: str) -> int | None:
        """A whole number, or None when it is absent or is none."""
        value = self.get(name)
        return int(value) if _WHOLE.fullmatch(value) else None


def read_form(body: bytes, query: str = "", moment: str = "") -> Form:
    """The fields of a body, as `parse_qsl` reads them. Raises MalformedError when there are too many of them.

    What stands between names and values is marked before decoding, so that all is decoded at once: two thirds quicker.
    """
    if body.count(b"&") >= MOST_FIELDS:
        raise MalformedError("too many fields")
    if not body.isascii() or _MARKS.search(body):
        return Form(tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)), query, moment)
    marked = body.replace(b"&", b"\0").replace(b"=", b"\1").replace(b"+", b" ")
    text = unquote_to_bytes(marked).decode("utf-8", "replace")
    pairs = [pair.partition("\1") for pair in text.split("\0") if pair]
    return Form(tuple([(name, value.replace("\1", "=")) for name, _, value in pairs]), query, moment)


def state_of(query: str) -> str:
    """The state from the query string; empty, and so lost, when it is missing or given twice."""
    alone = _STATE.fullmatch(query)
    if alone:
        return alone[1]
    try:
        values = parse_qs(query, max_num_fields=MOST_FIELDS).get("s", []) if query.isascii() else []
    except ValueError:
        return ""
    return values[0] if len(values) == 1 else ""


def answered(form: Form) -> Event:
    """What a Gather brought: keys, words, or neither."""
    keys, words = form.get("Digits"), form.get("SpeechResult")
    if keys:
        return Pressed(keys) if _KEYS.fullmatch(keys) else NO_KEY
    if words.strip():
        return Said(_STRANGE.sub(" ", words[:LONGEST_WORDS]), _confidence(form.get("Confidence")))
    return NoInput()


def _confidence(text: str) -> float | None:
    return min(float(text), 1.0) if _DECIMAL.fullmatch(text) else None


def message(form: Form) -> Event:
    """What a Record brought. A caller who hung up while speaking has left a message too."""
    return MessageTaken(form.whole("RecordingDuration") or 0)


_OUTCOMES: Final[dict[str, RingOutcome]] = {"busy": "busy", "no-answer": "no_answer", "canceled": "no_answer"}


def rang(form: Form) -> Event:
    """How a Dial ended. Only a bridged call that lasted is a conversation; an unknown word is a failure."""
    status = form.get("DialCallStatus")
    if status not in {"completed", "answered"}:
        return RingEnded(_OUTCOMES.get(status, "failed"))
    seconds = form.whole("DialCallDuration")
    bridged = form.get("DialBridged").lower() != "false"
    lasted = seconds is None or seconds >= _SHORTEST_TALK
    return RingEnded("conversation" if bridged and lasted else "no_answer")


def rehearsed_time(text: str) -> datetime | None:
    """The time that a rehearsal wants it to be, or None. It must say its zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def number(form: Form, name: str) -> str:
    """A number in international form, or empty."""
    value = form.get(name)
    return value if _NUMBER.fullmatch(value) else ""
