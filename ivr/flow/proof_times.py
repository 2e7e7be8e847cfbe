"""How long callers listen: to a person, to their first choice, and to each part of a leaflet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ivr.flow.check_finding import Finding, error, node, warning
from ivr.flow.events import Pressed
from ivr.flow.line import Flow
from ivr.flow.nodes import READ_BACK, Menu, Message, NodeId, Part, PhoneNumber, PromptId, Recording
from ivr.flow.pace import SLOW_PAUSE
from ivr.flow.proof_events import PERSON, SILENCE, WRONG
from ivr.flow.proof_help import Help, at
from ivr.flow.proof_moves import Move
from ivr.flow.proof_ways import levels
from ivr.flow.spoken import text_of
from ivr.flow.state import Pace, State
from ivr.flow.turn import CallersNumber, Quiet, Say, Spell, Spoken
from ivr.flow.walk import Walked

Seconds = Callable[[str, Pace], float]
"""How long a text takes to say at a pace."""

Speeches = dict[NodeId, list[tuple[Spoken, ...]]]
"""What is said on the way to something, by node."""

RATES: dict[Pace, int] = {"normal": 150, "slow": 125}
"""Words a minute, where no audio has been measured."""
MOST_KEYS = 2
MOST_SECONDS = 30.0
MOST_WORDS = 75
_NUMBER = "0 7 7 0 0, 9 0 0, 1 2 3"
_ENDING = "1 2 3"


def by_words(text: str, pace: Pace) -> float:
    """Seconds that a text takes at the usual rate, from its words alone."""
    return len(text.split()) * 60 / RATES[pace]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds at each pace."""

    normal: float
    slow: float


@dataclass(frozen=True, slots=True)
class Row:
    """One node: the worst that a caller may meet there. `parts`: the words in each part of a message."""

    node: NodeId
    kind: str
    keys: int
    person: Times
    first: Times
    parts: tuple[int, ...]
    level: int | None


@dataclass(slots=True)
class Clockwork:
    """Measures speech in one language; what was measured once is known."""

    flow: Flow
    language: str
    seconds: Seconds = by_words
    known: dict[tuple[Spoken, Pace], float] = field(default_factory=dict)

    def length(self, speech: tuple[Spoken, ...], pace: Pace) -> float:
        """Seconds of a turn that was made at normal pace, when it is said at this one."""
        return sum(self.word(word, pace) for word in speech)

    def times(self, speech: tuple[Spoken, ...]) -> Times:
        """Seconds at each pace."""
        return Times(round(self.length(speech, "normal"), 1), round(self.length(speech, "slow"), 1))

    def word(self, word: Spoken, pace: Pace) -> float:
        """Seconds of one thing that is said. The caller's own message counts nothing."""
        known = self.known.get((word, pace))
        if known is None:
            known = self.known[(word, pace)] = self._measured(word, pace)
        return known

    def _measured(self, word: Spoken, pace: Pace) -> float:
        match word:
            case Say():
                return self.seconds(text_of(self.flow, word, self.language), pace)
            case Quiet(seconds=seconds):
                return seconds * SLOW_PAUSE if pace == "slow" else seconds
            case Spell(digits=digits):
                return self.seconds(" ".join(digits), pace)
            case CallersNumber(which=which):
                return self.seconds(_NUMBER if which == "request" else _ENDING, pace)
            case _:
                return 0.0


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to help: its keys, what is listened to, and the node that 0 led to."""

    keys: int
    heard: tuple[Spoken, ...]
    led_to: NodeId


def ways_to_help(walked: Walked, helping: Help) -> dict[NodeId, list[_Way]]:
    """For each node, what a caller presses and hears on the way to help, at each place and time."""
    found: dict[NodeId, dict[_Way, None]] = {}
    for move in walked.moves:
        if move.event == PERSON and move.place in walked.places and not move.trouble and not move.place.tries:
            way = _way(walked, helping, move, move.place)
            if way:
                found.setdefault(move.place.node, {})[way] = None
    return {name: list(ways) for name, ways in found.items()}


def _way(walked: Walked, helping: Help, move: Move, place: State) -> _Way | None:
    """Keying # first, where the line takes a message or a number, is one key more."""
    more = int(isinstance(at(walked.flow, place.node), (Recording, PhoneNumber)))
    heard = helping.heard(move)
    if heard is not None:
        return _Way(1 + more, heard, move.path[-1])
    if move.turn is None or move.after is None:
        return None
    keys = (Pressed(key) for key in "123456780")
    further = (helping.heard(one) for key in keys for one in helping.after(move.after, key, move.clock))
    best = min((words for words in further if words is not None), key=len, default=None)
    return None if best is None else _Way(2 + more, (*move.turn.speech, *best), move.path[-1])


def rows(walked: Walked, ways: dict[NodeId, list[_Way]], firsts: Speeches, clockwork: Clockwork) -> list[Row]:
    """One row for each node where a caller may be, worst first."""
    depth = levels(walked)
    made = [
        Row(
            node=name,
            kind=type(walked.flow.nodes.get(name)).__name__,
            keys=max((way.keys for way in ways.get(name, ())), default=0),
            person=_worst(clockwork, [way.heard for way in ways.get(name, ())]),
            first=_worst(clockwork, firsts.get(name, [])),
            parts=parts(walked.flow, name, clockwork.language),
            level=depth.get(name),
        )
        for name in dict.fromkeys(place.node for place in walked.places)
    ]
    return sorted(made, key=lambda row: (-row.keys, -row.person.slow, -row.first.slow, row.node))


def _worst(clockwork: Clockwork, heard: list[tuple[Spoken, ...]]) -> Times:
    times = [clockwork.times(speech) for speech in heard]
    return Times(max((one.normal for one in times), default=0.0), max((one.slow for one in times), default=0.0))


def first_choices(walked: Walked) -> Speeches:
    """What callers listen to on coming to each node, until their first choice there has been said."""
    found: dict[NodeId, dict[tuple[Spoken, ...], None]] = {}
    for move in walked.moves:
        if move.turn is None or move.after is None or move.event in (SILENCE, WRONG):
            continue
        speech = move.turn.speech
        offers = [number for number, word in enumerate(speech) if isinstance(word, Say) and word.key]
        found.setdefault(move.after.node, {})[speech[: offers[0] + 1] if offers else speech] = None
    return {name: list(speeches) for name, speeches in found.items()}


def parts(flow: Flow, name: NodeId, language: str) -> tuple[int, ...]:
    """The words in each part of a message."""
    message = at(flow, name)
    return tuple(len(part_text(flow, part, language).split()) for part in getattr(message, "parts", ()))


def part_text(flow: Flow, part: Part, language: str) -> str:
    """What a part says, digits that are read back left out."""
    said: list[PromptId] = [one for one in part.says if one not in READ_BACK]
    return " ".join(text_of(flow, Say(one), language) for one in said)


def limits(walked: Walked, ways: dict[NodeId, list[_Way]], firsts: Speeches, clockwork: Clockwork) -> Iterator[Finding]:
    """Where a caller presses or listens for too long, in one language."""
    by_end: dict[NodeId, list[_Way]] = {}
    for name, found in ways.items():
        keys = max(way.keys for way in found)
        if keys > MOST_KEYS:
            yield error("far-from-person", node(name), f"{keys} keys to a person or a callback; at most {MOST_KEYS}")
        for way in found:
            by_end.setdefault(way.led_to, []).append(way)
    for name, found in by_end.items():
        times = _worst(clockwork, [way.heard for way in found])
        if times.slow > MOST_SECONDS:
            heard = f"{times.normal:.0f} s of listening, {times.slow:.0f} s at slow pace, to a person or a callback"
            text = f"{heard}; at most {MOST_SECONDS:.0f} s ({clockwork.language})"
            yield (error if times.normal > MOST_SECONDS else warning)("far-from-person", node(name), text)
    yield from _long_parts(walked.flow, clockwork)
    yield from _late_choices(walked, firsts, clockwork)


def _long_parts(flow: Flow, clockwork: Clockwork) -> Iterator[Finding]:
    for name, message in dict.items(flow.nodes):
        for number, part in enumerate(message.parts if isinstance(message, Message) else ()):
            text = part_text(flow, part, clockwork.language)
            words, seconds = len(text.split()), clockwork.seconds(text, "normal")
            if words > MOST_WORDS or seconds > MOST_SECONDS:
                limit = f"at most {MOST_WORDS} words and {MOST_SECONDS:.0f} s: split it"
                told = f"part {number + 1} has {words} words, {seconds:.0f} s; {limit} ({clockwork.language})"
                yield error("part-too-long", node(name, "parts", number), told)


def _late_choices(walked: Walked, firsts: Speeches, clockwork: Clockwork) -> Iterator[Finding]:
    for name, speeches in firsts.items():
        times = _worst(clockwork, speeches)
        if times.normal > MOST_SECONDS and isinstance(at(walked.flow, name), (Menu, Message)):
            text = f"{times.normal:.0f} s before the first choice; at most {MOST_SECONDS:.0f} s ({clockwork.language})"
            yield warning("late-choice", node(name), text)
