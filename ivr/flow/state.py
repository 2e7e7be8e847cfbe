"""Where a call is: compact text in the signed action URL. No phone number, name or speech is ever in it."""

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, cast, get_args

from ivr.flow.events import CallerKind
from ivr.flow.nodes import Field, NodeId

Pace = Literal["normal", "slow"]
Answers = tuple[tuple[Field, str], ...]
Progress = Literal["none", "wished", "drafted", "kept"]
"""How far this call's callback request is."""

VERSION: Final = "1"
LONGEST: Final = 600
"""Most characters of an encoded state; Twilio allows URLs of about 4,000."""
_IN_HAND: Final = 1024
"""States of which a worker keeps both forms: most callers come by the same places."""
TRAIL: Final = 5
"""How many nodes `back` remembers."""


class State(NamedTuple):
    """Everything the next step depends on besides the event and the clock.

    A named tuple, where all else here is a frozen dataclass: each step makes several, the proof makes hundreds of
    thousands and looks each up, and a tuple is changed four times as fast.
    """

    node: NodeId
    turn: int = 0
    part: int = 0
    tries: int = 0
    pace: Pace = "normal"
    language: str = "en-GB"
    caller: CallerKind = "unknown"
    progress: Progress = "none"
    starred: bool = False
    unreached: bool = False
    doubt: str = ""
    reference: str = ""
    told: NodeId | None = None
    answers: Answers = ()
    trail: tuple[NodeId, ...] = ()
    notice: str = ""


def answer(state: State, name: Field) -> str:
    """The last value kept under `name`, or nothing."""
    return next((value for kept, value in reversed(state.answers) if kept == name), "")


def with_answer(state: State, name: Field, value: str, *, gathered: bool = False) -> State:
    """The state with one more answer; a gathered field keeps its earlier values too."""
    if not value or (name, value) in state.answers:
        return state
    others = tuple(pair for pair in state.answers if gathered or pair[0] != name)
    return state._replace(answers=(*others, (name, value)))


_NODE = r"[a-z0-9-]{1,24}"
_COUNT = r"(?:0|[1-9]\d{0,3})"
_SHAPE = re.compile(
    rf"(?P<version>\d)\.(?P<node>{_NODE})\.(?P<turn>{_COUNT})\.(?P<part>0|[1-9]\d?)\.(?P<tries>\d)\.(?P<marks>[a-z]{{3}}[01]{{2}})"
    rf"\.(?P<language>[a-z]{{2}}-[A-Z]{{2}})\.(?P<doubt>[1-8]?)\.(?P<reference>\d{{0,7}})\.(?P<told>(?:{_NODE})?)"
    rf"\.(?P<answers>[a-z0-9_~-]{{0,300}})\.(?P<trail>(?:{_NODE}(?:~{_NODE}){{0,9}})?)",
    re.ASCII,
)


@lru_cache(maxsize=_IN_HAND)
def encode(state: State) -> str:
    """The state as text for a URL: letters, digits and `.~-_` only."""
    marks = f"{state.pace[0]}{state.caller[0]}{state.progress[0]}{state.starred:d}{state.unreached:d}"
    answers = "~".join(part for pair in (*_told(state.notice), *state.answers) for part in pair)
    numbers = f"{state.turn}.{state.part}.{state.tries}"
    rest = f"{state.doubt}.{state.reference}.{state.told or ''}.{answers}.{'~'.join(state.trail)}"
    return f"{VERSION}.{state.node}.{numbers}.{marks}.{state.language}.{rest}"


@lru_cache(maxsize=_IN_HAND)
def decode(text: str) -> State | None:
    """The state that `encode` wrote, or None for anything else: another version, damage, nonsense."""
    found = _SHAPE.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or found["version"] != VERSION:
        return None
    try:
        return _read(found)
    except (KeyError, ValueError):
        return None


def _told(notice: str) -> Answers:
    """The notice goes as an answer that an older line reads and has no use for, so a call keeps its place there."""
    return (("number", f"notice-{notice}"),) if notice else ()


_NOTICE: Final = re.compile(r"notice-([0-9a-f]{8})", re.ASCII)
_PACES: Final = {pace[0]: pace for pace in get_args(Pace)}
_CALLERS: Final = {caller[0]: caller for caller in get_args(CallerKind)}
_STEPS: Final = {step[0]: step for step in get_args(Progress)}


def _read(found: re.Match[str]) -> State:
    marks, (answers, notice) = found["marks"], _parted(_pairs(found["answers"]))
    return State(
        node=NodeId(found["node"]),
        turn=int(found["turn"]),
        part=int(found["part"]),
        tries=int(found["tries"]),
        pace=_PACES[marks[0]],
        caller=_CALLERS[marks[1]],
        progress=_STEPS[marks[2]],
        starred=marks[3] == "1",
        unreached=marks[4] == "1",
        language=found["language"],
        doubt=found["doubt"],
        reference=found["reference"],
        told=NodeId(found["told"]) if found["told"] else None,
        answers=answers,
        trail=tuple(NodeId(node) for node in found["trail"].split("~") if node),
        notice=notice,
    )


def _parted(pairs: Answers) -> tuple[Answers, str]:
    """What the caller answered, and the version of the notice they were told."""
    found = _NOTICE.fullmatch(pairs[0][1]) if pairs and pairs[0][0] == "number" else None
    return (pairs[1:], found[1]) if found else (pairs, "")


def _pairs(text: str) -> Answers:
    words = text.split("~") if text else []
    if len(words) % 2 or not set(words[::2]) <= set(get_args(Field)):
        raise ValueError(text)
    return tuple((cast("Field", name), value) for name, value in zip(words[::2], words[1::2], strict=True))
