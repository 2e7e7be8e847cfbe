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

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from ivr.prompts.findings import PromptsError, did_you_mean, found
from ivr.prompts.yaml_text import Data, data_of, parse
from ivr.rehearsal.fields import WITHHELD
from ivr.rehearsal.keys import ANY_KEY
from ivr.rehearsal.spot import DialogError, Spot, kind, list_at, pairs_at, place_of, text_at
from ivr.rehearsal.steps import (
    CallsAgain,
    HangsUp,
    Hears,
    HearsPrompt,
    LeavesMessage,
    LosesPlace,
    NeverHears,
    Presses,
    Says,
    Step,
    Waits,
)
from ivr.rehearsal.transfer import OUTCOMES

_CALLER: Final = "+447700900123"


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


_NAMES: Final = tuple(field.name for field in fields(Dialog))
_ENDINGS: Final = ("caller", "document", "line", "rejected")
_NEEDED: Final = {
    "story": "`story: What happens, in one sentence`",
    "steps": '`steps:`, and below it each step on a line of its own, such as `  - press: "1"`',
}
"""What every dialog has, and how it is written."""


def saved_call(content: bytes, file: str) -> Dialog:
    """The dialog of a file. Raises PromptsError with every mistake of the YAML, or the first of the dialog."""
    tree, findings = parse(content, file)
    if tree is None or findings:
        raise PromptsError(findings)
    try:
        return read_dialog(data_of(tree), file)
    except DialogError as mistake:
        raise PromptsError([found(file, place_of(tree, mistake.spot), mistake.text)]) from mistake


def read_dialog(data: Data, where: str = "dialog") -> Dialog:
    """A dialog from plain data. Raises DialogError for anything the format does not have."""
    top = Spot(where)
    pairs = pairs_at(data, top, " and ".join(_NEEDED.values()))
    _check_names(pairs, top)
    at = {name: (value, top.inside(name)) for name, value in pairs.items()}
    return Dialog(
        story=text_at(*at["story"]),
        steps=tuple(_step(step, spot) for step, spot in _each(*at["steps"])),
        caller=_caller(*at["caller"]) if "caller" in at else _CALLER,
        now=_moment(*at["now"]) if "now" in at else None,
        transfer=_transfers(*at["transfer"]) if "transfer" in at else ("conversation",),
        whisper=text_at(*at["whisper"]) if "whisper" in at else "1",
        rang=_texts(*at["rang"]) if "rang" in at else None,
        queue=_rows(*at["queue"]) if "queue" in at else None,
        ended=_one_of(_ENDINGS, *at["ended"], "a call is ended by") if "ended" in at else "",
    )


def _check_names(pairs: dict[str, Data], top: Spot) -> None:
    for name in pairs:
        if name not in _NAMES:
            raise DialogError(top.key(name), f"unknown key '{name[:40]}'{_known(name, _NAMES)}")
    for name, written in _NEEDED.items():
        if name not in pairs:
            raise DialogError(top, f"'{name}' is missing; write {written}")


def _known(name: str, names: Iterable[str]) -> str:
    return did_you_mean(name, names) or f"; known: {', '.join(names)}"


def _each(value: Data, spot: Spot) -> list[tuple[Data, Spot]]:
    return [(one, spot.inside(place)) for place, one in enumerate(list_at(value, spot))]


def _texts(value: Data, spot: Spot) -> tuple[str, ...]:
    return tuple(text_at(one, where) for one, where in _each(value, spot))


def _caller(value: Data, spot: Spot) -> str:
    text = text_at(value, spot)
    return WITHHELD.get(text, text)


def _moment(value: Data, spot: Spot) -> datetime:
    text = text_at(value, spot)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DialogError(spot, f"{kind(text)} is no day and time; write one such as 2026-11-24T10:30+00:00") from None
    if moment.tzinfo is None:
        raise DialogError(spot, "the time needs a zone; write +00:00 after it in winter, +01:00 in summer")
    return moment


def _transfers(value: Data, spot: Spot) -> tuple[str, ...]:
    wanted = _each(value, spot) if isinstance(value, list) else [(value, spot)]
    if not wanted:
        raise DialogError(spot, f"the list is empty; write one or more of {', '.join(OUTCOMES)}")
    return tuple(_one_of(OUTCOMES, one, where, "a transfer ends as") for one, where in wanted)


def _one_of(known: Iterable[str], value: Data, spot: Spot, what: str) -> str:
    text = text_at(value, spot)
    if text not in known:
        raise DialogError(spot, f"{what} one of {', '.join(known)}; here is {kind(text)}{did_you_mean(text, known)}")
    return text


def _rows(value: Data, spot: Spot) -> tuple[dict[str, str], ...]:
    return tuple(_row(row, where) for row, where in _each(value, spot))


def _row(value: Data, spot: Spot) -> dict[str, str]:
    row = pairs_at(value, spot, f'what the request must hold, such as `- phone: "{_CALLER}"`')
    return {name: text_at(wanted, spot.inside(name)) for name, wanted in row.items()}


def _step(data: Data, spot: Spot) -> Step:
    pairs = pairs_at(data, spot, 'a step as its name and a colon, such as `- press: "1"`')
    name, *others = pairs
    if name not in _STEPS:
        raise DialogError(spot.key(name), f"unknown step '{name[:40]}'{_known(name, _STEPS)}")
    for other in others:
        if (name, other) != ("says", "confidence"):
            raise DialogError(spot.key(other), f"'{other[:40]}' is a second thing in one step; {_apart(other)}")
    step = _STEPS[name](text_at(pairs[name], spot.inside(name)), spot.inside(name))
    if isinstance(step, Says) and "confidence" in pairs:
        return Says(step.words, _confidence(pairs["confidence"], spot.inside("confidence")))
    return step


def _apart(name: str) -> str:
    return f"write `- {name}:` on a line of its own" if name in _STEPS else "remove it"


def _confidence(value: Data, spot: Spot) -> float:
    text = text_at(value, spot)
    try:
        sure = float(text)
    except ValueError:
        sure = -1
    if not 0 <= sure <= 1:
        raise DialogError(spot, f"{kind(text)} is no confidence; write a number from 0 to 1, such as 0.4")
    return sure


def _keys(text: str, spot: Spot) -> Step:
    if not text or not set(text) <= set(ANY_KEY):
        what = f"a telephone has no keys {kind(text)}" if text else "no key is written"
        raise DialogError(spot, f'{what}; write digits, * and # in quotes, such as "41#"')
    return Presses(text)


def _number(text: str, spot: Spot) -> Step:
    return _keys("".join(text.split()) + "#", spot)


def _whole(text: str, spot: Spot) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise DialogError(spot, f"{kind(text)} is not a whole number; write one such as 12")
    return int(text)


def _waits(text: str, spot: Spot) -> Step:
    return Waits() if text == "true" else Waits(_whole(text, spot))


def _plain(step: Step) -> Callable[[str, Spot], Step]:
    def read(text: str, spot: Spot) -> Step:
        if text != "true":
            raise DialogError(spot, f"here is {kind(text)}; write `{spot.path[-1]}: true`")
        return step

    return read


_STEPS: Final[dict[str, Callable[[str, Spot], Step]]] = {
    "hears": lambda text, _: Hears(text),
    "hears_prompt": lambda text, _: HearsPrompt(text),
    "never_hears": lambda text, _: NeverHears(text),
    "press": _keys,
    "keys_number": _number,
    "says": lambda text, _: Says(text),
    "waits": _waits,
    "leaves_message": lambda text, spot: LeavesMessage(_whole(text, spot)),
    "hangs_up": _plain(HangsUp()),
    "calls_again": _plain(CallsAgain()),
    "loses_place": _plain(LosesPlace()),
}
"""What a step may be called, and how its text is read."""
