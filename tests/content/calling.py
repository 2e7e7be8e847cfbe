"""The line's real files, and a call to them through the engine: what a caller hears, word by word."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ivr.flow import engine
from ivr.flow.enter import enter
from ivr.flow.events import CallerKind, Event, MessageTaken, NoInput, NumberKeyed, Pressed, RingEnded, Said, Started
from ivr.flow.line import Flow
from ivr.flow.nodes import READ_BACK, Menu, Message, Node, NodeId, PromptId
from ivr.flow.script import leads_to, node_says
from ivr.flow.spoken import text_of
from ivr.flow.turn import Keep, Outcome, Quiet, Say, Spoken, Stored, Turn
from ivr.flow.wording import Sentence
from ivr.prompts.load import load

FOLDER = Path(__file__).parents[2] / "prompts"
ENGLISH = "en-GB"
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
REFERENCE = "4711"
EVENTS: dict[str, Event] = {
    "silence": NoInput(),
    "a number": NumberKeyed(valid=True),
    "no number": NumberKeyed(valid=False),
    "a message": MessageTaken(seconds=8),
    "a conversation": RingEnded("conversation"),
    "busy": RingEnded("busy"),
    "nobody": RingEnded("no_answer"),
    "failed": RingEnded("failed"),
}


@cache
def line() -> Flow:
    """The flow of the shipped files."""
    return load(FOLDER)


class Calling:
    """One call. `said` is what the last turn said; `outcome` is how storing goes."""

    def __init__(self, caller: CallerKind = "mobile", outcome: Outcome | None = None) -> None:
        self.outcome = outcome or Stored(REFERENCE)
        self.turn = self._kept(engine.step(line(), None, Started(caller), TUESDAY))

    def does(self, *steps: str) -> "Calling":
        """What the caller does: keys, one of EVENTS, or words in quotes."""
        for step in steps:
            event = EVENTS.get(step) or (Said(step[1:-1]) if step.startswith('"') else Pressed(step))
            self.turn = self._kept(engine.step(line(), self.turn.state, event, TUESDAY))
        return self

    @property
    def node(self) -> str:
        """Where the call is."""
        return self.turn.state.node

    @property
    def said(self) -> str:
        """The words of the last turn, as one text."""
        return " ".join(spoken_text(word) for word in self.turn.speech).strip()

    def _kept(self, turn: Turn) -> Turn:
        while isinstance(turn.action, Keep):
            turn = engine.settle(line(), turn, self.outcome, TUESDAY)
        return turn


def at(node: str, caller: CallerKind = "mobile") -> Calling:
    """A call that has come to a node, by no particular way."""
    call = Calling(caller)
    call.turn = enter(line(), call.turn.state, NodeId(node), TUESDAY)
    return call


def spoken_text(word: Spoken) -> str:
    """One thing heard, as text; pauses are nothing, digits are a row of them."""
    match word:
        case Say():
            return text_of(line(), word, ENGLISH)
        case Quiet():
            return ""
        case _:
            return str(getattr(word, "digits", "7 8 9"))


def seconds(speech: Iterable[Spoken]) -> float:
    """How long speech lasts at 150 words a minute, pauses included."""
    return sum(one.seconds if isinstance(one, Quiet) else len(spoken_text(one).split()) / 150 * 60 for one in speech)


def prompt_sentences(prompt: PromptId) -> tuple[Sentence, ...]:
    """The English sentences of a prompt."""
    return () if prompt in READ_BACK else line().words[ENGLISH].prompts[prompt].says


def every_sentence() -> Iterator[tuple[PromptId, Sentence]]:
    """Every English sentence with its prompt, digits left out: they are read back, not told."""
    for prompt, wording in line().words[ENGLISH].prompts.items():
        if not prompt.startswith("digit."):
            yield from ((prompt, sentence) for sentence in wording.says)


def leaflets() -> dict[NodeId, Message]:
    """The messages that tell the guidance: each cites facts, and a menu of what next follows it."""
    return {name: node for name, node in messages().items() if node.goto == f"after-{name}"}


def messages() -> dict[NodeId, Message]:
    """Every message node."""
    return {name: node for name, node in line().nodes.items() if isinstance(node, Message)}


def menus() -> dict[NodeId, Menu]:
    """Every menu node."""
    return {name: node for name, node in line().nodes.items() if isinstance(node, Menu)}


def facts_of(node: Node) -> set[str]:
    """The facts that a node tells."""
    return {fact for say in node_says(node) for sentence in prompt_sentences(say.prompt) for fact in sentence.facts}


def keys_from_main() -> dict[NodeId, int]:
    """How many keys from the main menu lead to each node, by the shortest way."""
    away = {line().line.main: 0}
    ahead = [line().line.main]
    for name in ahead:
        node = line().nodes[name]
        for way in leads_to(node):
            if way not in away:
                away[way] = away[name] + isinstance(node, Menu)
                ahead.append(way)
    return away
