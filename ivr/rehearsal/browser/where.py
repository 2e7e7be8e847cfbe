"""Where in the flow a call is, and what may be chosen there: read from the address at which the line listens."""

from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from ivr.flow.line import Flow
from ivr.flow.nodes import KINDS, LanguageChoice, Menu, Message, Node
from ivr.flow.speech import LANGUAGE_OFFER, OTHER_LANGUAGE, offered, other_language_key, spoken_languages
from ivr.flow.spoken import text_of
from ivr.flow.state import State, decode
from ivr.flow.turn import Say
from ivr.rehearsal.twiml import Element

_NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """A key, and the words that the line says for it."""

    key: str
    says: str


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the flow. `node` is empty where the line speaks words of its own, as after a fault."""

    node: str = ""
    kind: str = ""
    part: str = ""
    pace: str = "normal"
    tries: int = 0
    choices: tuple[Choice, ...] = ()

    def shown(self) -> dict[str, object]:
        """As the page takes it."""
        return asdict(self)


def where(flow: Flow, listening: Element | None) -> Where:
    """The place of the verb that waits for the caller."""
    state = _state(listening)
    node = flow.nodes.get(state.node) if state else None
    if state is None or node is None:
        return Where()
    return Where(
        node=state.node,
        kind=_NAMES[type(node)].replace("_", " "),
        part=_part(node, state),
        pace=state.pace,
        tries=state.tries,
        choices=tuple(_choices(flow, node, state)),
    )


def _state(listening: Element | None) -> State | None:
    address = "" if listening is None else listening.get("action", "")
    values = parse_qs(urlsplit(address).query).get("s", [])
    return decode(values[0]) if values else None


def _part(node: Node, state: State) -> str:
    if not isinstance(node, Message) or len(node.parts) == 1:
        return ""
    return f"{min(state.part + 1, len(node.parts))} of {len(node.parts)}"


def _choices(flow: Flow, node: Node, state: State) -> list[Choice]:
    match node:
        case Menu():
            says = [Say(option.says, key=option.key) for option in offered(node, state)]
        case LanguageChoice():
            numbered = enumerate(spoken_languages(flow), 1)
            says = [Say(LANGUAGE_OFFER, key=str(number), language=language) for number, language in numbered]
            says.append(Say(OTHER_LANGUAGE, key=other_language_key(flow)))
        case _:
            says = []
    return [Choice(say.key, text_of(flow, say, state.language)) for say in says]
