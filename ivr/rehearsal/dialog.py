"""Sample dialogs as data: what a caller does, what must be heard, and what must be left behind.

story: A parent asks about mediation before an appeal.
caller: "+447700900123"
transfer: [busy, conversation]
steps:
  - hears: press 1
  - press: "1"
  - says: person
rang: ["+441604367125"]
queue: [{phone: "+447700900123"}]
ended: caller
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from ivr.prompts.yaml_text import Data
from ivr.rehearsal.fields import WITHHELD
from ivr.rehearsal.keys import ANY_KEY
from ivr.rehearsal.transfer import OUTCOMES

_CALLER: Final = "+447700900123"


class DialogError(Exception):
    """A dialog is not written as the format asks; the message names the story and the step."""


@dataclass(frozen=True, slots=True)
class Hears:
    """The words just said hold this text."""

    text: str


@dataclass(frozen=True, slots=True)
class HearsPrompt:
    """The words just said hold this prompt's words, whatever they are today and whatever fills its placeholders."""

    prompt: str


@dataclass(frozen=True, slots=True)
class NeverHears:
    """The words just said do not hold this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Presses:
    """Keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Says:
    """Words, heard with a confidence from 0 to 1."""

    words: str
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Waits:
    """Silence until the line goes on, so many times."""

    times: int = 1


@dataclass(frozen=True, slots=True)
class LeavesMessage:
    """Speaks for so many seconds into a recording, then presses hash."""

    seconds: int


@dataclass(frozen=True, slots=True)
class HangsUp:
    """Ends the call."""


@dataclass(frozen=True, slots=True)
class CallsAgain:
    """Rings the line once more, from the same number."""


@dataclass(frozen=True, slots=True)
class LosesPlace:
    """The line changes in mid-call: its own note of where the call is means nothing to it any more."""


Step = Hears | HearsPrompt | NeverHears | Presses | Says | Waits | LeavesMessage | HangsUp | CallsAgain | LosesPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """One story. `queue` holds one map of wanted values for each callback request that must be left, in order."""

    story: str
    steps: tuple[Step, ...]
    caller: str = _CALLER
    now: datetime | None = None
    transfer: tuple[str, ...] = ("conversation",)
    whisper: str = "1"
    rang: tuple[str, ...] | None = None
    queue: tuple[dict[str, str], ...] | None = None
    ended: str = ""


_NAMES: Final = frozenset(field.name for field in fields(Dialog))
_ENDINGS: Final = frozenset({"caller", "line", "document", "rejected"})


def read_dialog(data: Data, where: str = "dialog") -> Dialog:
    """A dialog from plain data. Raises DialogError for anything the format does not have."""
    pairs = _map(data, where)
    unknown = sorted(set(pairs) - _NAMES)
    if unknown or "story" not in pairs or "steps" not in pairs:
        raise DialogError(f"{where}: " + (f"unknown key {unknown[0]!r}" if unknown else "story and steps are needed"))
    return Dialog(
        story=_text(pairs["story"], where),
        steps=tuple(_step(step, f"{where}, step {n}") for n, step in enumerate(_list(pairs["steps"], where), start=1)),
        caller=_caller(pairs.get("caller", _CALLER), where),
        now=_moment(pairs["now"], where) if "now" in pairs else None,
        transfer=_transfers(pairs.get("transfer", "conversation"), where),
        whisper=_text(pairs.get("whisper", "1"), where),
        rang=_texts(pairs["rang"], where) if "rang" in pairs else None,
        queue=_rows(pairs["queue"], where) if "queue" in pairs else None,
        ended=_ending(pairs["ended"], where) if "ended" in pairs else "",
    )


def _caller(value: Data, where: str) -> str:
    text = _text(value, where)
    return WITHHELD.get(text, text)


def _moment(value: Data, where: str) -> datetime:
    moment = datetime.fromisoformat(_text(value, where))
    if moment.tzinfo is None:
        raise DialogError(f"{where}: `now` needs a zone, such as 2026-11-24T10:30+00:00")
    return moment


def _transfers(value: Data, where: str) -> tuple[str, ...]:
    names = _texts(value, where) if isinstance(value, list) else (_text(value, where),)
    unknown = [name for name in names if name not in OUTCOMES]
    if unknown or not names:
        raise DialogError(f"{where}: a transfer ends as one of {', '.join(OUTCOMES)}, not {unknown}")
    return names


def _ending(value: Data, where: str) -> str:
    text = _text(value, where)
    if text not in _ENDINGS:
        raise DialogError(f"{where}: a call is ended by one of {', '.join(sorted(_ENDINGS))}, not {text}")
    return text


def _rows(value: Data, where: str) -> tuple[dict[str, str], ...]:
    return tuple(
        {name: _text(wanted, where) for name, wanted in _map(row, where).items()} for row in _list(value, where)
    )


def _step(data: Data, where: str) -> Step:
    pairs = _map(data, where)
    kind = next(iter(pairs), "")
    if kind not in _STEPS:
        raise DialogError(f"{where}: unknown step {kind!r}; there are {', '.join(_STEPS)}")
    extra = set(pairs) - {kind} - ({"confidence"} if kind == "says" else set())
    if extra:
        raise DialogError(f"{where}: unknown key {min(extra)!r}")
    step = _STEPS[kind](_text(pairs[kind], where), where)
    if isinstance(step, Says) and "confidence" in pairs:
        return Says(step.words, float(_text(pairs["confidence"], where)))
    return step


def _keys(text: str, where: str) -> Step:
    if not text or not set(text) <= set(ANY_KEY):
        raise DialogError(f"{where}: a telephone has no keys {text!r}")
    return Presses(text)


def _number(text: str, where: str) -> Step:
    return _keys("".join(text.split()) + "#", where)


def _whole(text: str, where: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise DialogError(f"{where}: {text!r} is not a whole number")
    return int(text)


def _waits(text: str, where: str) -> Step:
    return Waits() if text == "true" else Waits(_whole(text, where))


def _plain(step: Step) -> Callable[[str, str], Step]:
    def read(text: str, where: str) -> Step:
        if text != "true":
            raise DialogError(f"{where}: write true, not {text!r}")
        return step

    return read


_STEPS: Final[dict[str, Callable[[str, str], Step]]] = {
    "hears": lambda text, _: Hears(text),
    "hears_prompt": lambda text, _: HearsPrompt(text),
    "never_hears": lambda text, _: NeverHears(text),
    "press": _keys,
    "keys_number": _number,
    "says": lambda text, _: Says(text),
    "waits": _waits,
    "leaves_message": lambda text, where: LeavesMessage(_whole(text, where)),
    "hangs_up": _plain(HangsUp()),
    "calls_again": _plain(CallsAgain()),
    "loses_place": _plain(LosesPlace()),
}
"""What a step may be called, and how its text is read."""


def _text(value: Data, where: str) -> str:
    if not isinstance(value, str):
        raise DialogError(f"{where}: text is needed, not {value!r}")
    return value


def _texts(value: Data, where: str) -> tuple[str, ...]:
    return tuple(_text(one, where) for one in _list(value, where))


def _list(value: Data, where: str) -> list[Data]:
    if not isinstance(value, list):
        raise DialogError(f"{where}: a list is needed, not {value!r}")
    return value


def _map(value: Data, where: str) -> dict[str, Data]:
    if not isinstance(value, dict):
        raise DialogError(f"{where}: a map is needed, not {value!r}")
    return value
