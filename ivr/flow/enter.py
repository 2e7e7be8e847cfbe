"""Going to a node: on through the nodes that ask nothing, until the caller has something to answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.flow import speech
from ivr.flow.line import Flow
from ivr.flow.nodes import (
    REFERENCE,
    CallbackRequest,
    CallbackWish,
    Goodbye,
    Hours,
    LanguageChoice,
    Menu,
    Message,
    NodeId,
    PhoneNumber,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.pace import wait
from ivr.flow.state import TRAIL, State, answer, with_answer
from ivr.flow.turn import (
    Action,
    Confirm,
    Effect,
    End,
    Finished,
    Keep,
    Listen,
    Ring,
    Say,
    SendText,
    Spoken,
    TakeMessage,
    Turn,
    Wish,
)
from ivr.flow.workdays import open_state

LONGEST_WAY: Final = 20
"""Most nodes passed through in one turn; the check refuses a flow that needs more."""

ANSWERED = (Menu, Message, PhoneNumber, Recording, Transfer, LanguageChoice)
"""Kinds at which a call waits for the caller, and so may come back to."""


class FlowError(Exception):
    """The flow goes round in a circle without asking anything; the loader refuses such a flow."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What has been said and done on the way to the next question."""

    state: State
    said: tuple[Spoken, ...]
    effects: tuple[Effect, ...] = ()


def enter(flow: Flow, state: State, node: NodeId, now: datetime, *, said: tuple[Spoken, ...] = ()) -> Turn:
    """Go to `node` from where the call is, remembering the way back."""
    return stay(flow, arrive(flow, state, node), now, said=said)


def arrive(flow: Flow, state: State, node: NodeId) -> State:
    """The state on reaching `node`, before anything is said there."""
    here = state.node
    trail = state.trail
    if node == flow.line.main:
        trail = ()
    elif here != node and isinstance(flow.nodes.get(here), (Menu, Message, PhoneNumber)):
        trail = (*trail, here)[-TRAIL:]
    return fresh(state, node)._replace(trail=trail)


def fresh(state: State, node: NodeId) -> State:
    """The same call at another node, with nothing tried or half done there."""
    return state._replace(node=node, part=0, tries=0, doubt="", starred=False, told=None)


def stay(flow: Flow, state: State, now: datetime, *, said: tuple[Spoken, ...] = ()) -> Turn:
    """Say the node where the call is, passing on through nodes that ask nothing."""
    way = _Way(state, said)
    for _ in range(LONGEST_WAY):
        further = _pass(flow, way, now)
        if further is None:
            return _ask(flow, way)
        way = further
    raise FlowError(f"no question within {LONGEST_WAY} nodes of {state.node}")


def _pass(flow: Flow, way: _Way, now: datetime) -> _Way | None:
    """One step on through a node that asks nothing; None where the caller must answer."""
    match flow.nodes[way.state.node]:
        case Hours() as node:
            return _by_the_clock(flow, way, node, now)
        case CallbackWish() as node:
            return _wish(way, node)
        case Message() as node if not node.waits or way.state.part >= len(node.parts) - 1:
            return _tell(way, node)
        case LanguageChoice() as node if len(speech.spoken_languages(flow)) == 1:
            return _on(way, node.goto)
        case TextMessage() as node if way.state.caller != "mobile":
            return _on(way, node.cannot)
        case _:
            return None


def _on(way: _Way, node: NodeId) -> _Way:
    return _Way(way.state._replace(node=node, part=0), way.said, way.effects)


def _by_the_clock(flow: Flow, way: _Way, node: Hours, now: datetime) -> _Way:
    match open_state(flow, now):
        case "open":
            return _on(way, node.open)
        case "closed":
            return _unreached(_on(way, node.closed))
        case "holiday":
            return _unreached(_on(way, node.holiday))


def _unreached(way: _Way) -> _Way:
    return _Way(way.state._replace(unreached=True), way.said, way.effects)


def _wish(way: _Way, node: CallbackWish) -> _Way:
    state = way.state
    if state.progress == "kept":
        return _on(way, node.known)
    if state.caller == "unknown":
        return _on(way, node.other)
    wished = (
        _Way(state._replace(progress="wished"), way.said, (*way.effects, Wish())) if state.progress == "none" else way
    )
    return _on(wished, node.own)


def _tell(way: _Way, node: Message) -> _Way:
    """Say what is left of a message, then go on in the same breath; `again` and `back` still know it."""
    state = _topic(way.state, node)
    pieces = node.parts[state.part :]
    said = tuple(word for piece in pieces for word in speech.part(piece, state))
    finished = (Finished(),) if any(REFERENCE in piece.says for piece in pieces) else ()
    told = state._replace(node=node.goto, part=0, told=state.node)
    return _Way(told, (*way.said, *said), (*way.effects, *finished))


def _topic(state: State, node: Message) -> State:
    return with_answer(state, "topic", node.topic) if node.topic else state


def _ask(flow: Flow, way: _Way) -> Turn:
    node = flow.nodes[way.state.node]
    state = _topic(way.state, node) if isinstance(node, Message) else way.state
    words = own_words(flow, state)
    return Turn((*speech.lead(state), *way.said, *words), action_at(flow, state), state, way.effects)


def own_words(flow: Flow, state: State) -> tuple[Spoken, ...]:
    """What the node where the call is says by itself."""
    match flow.nodes[state.node]:
        case Menu() as node:
            return speech.menu(node, state)
        case Message() as node:
            return (*speech.part(node.parts[state.part], state), Say(flow.line.phrases.go_on))
        case LanguageChoice() as node:
            return speech.languages(flow, node, state)
        case PhoneNumber(ask=ask) | Recording(ask=ask) | Transfer(ask=ask) | Goodbye(says=ask):
            return tuple(speech.prompts(ask, state))
        case _:
            return ()


def action_at(flow: Flow, state: State, *, seconds: int | None = None) -> Action:
    """What the line does once it has spoken at this node; `seconds` is another wait than the usual one."""
    waiting = wait(state.pace, state.tries) if seconds is None else seconds
    match flow.nodes[state.node]:
        case Menu() as node:
            return Listen(waiting, hints=speech.hints(flow, speech.offered(node, state), state.language))
        case PhoneNumber():
            return Listen(waiting, keys=0, speech=False)
        case Recording() as node:
            return TakeMessage(node.seconds)
        case Transfer():
            ringing = flow.line.ringing
            return Ring(ringing.number, ringing.seconds, flow.line.phrases.whisper if ringing.whisper else None)
        case CallbackRequest():
            return Keep(Confirm("keyed" if _keyed(state) else "own"))
        case TextMessage() as node:
            return Keep(SendText(node.text))
        case Goodbye():
            return End()
        case _:
            return Listen(waiting, hints=speech.hints(flow, (), state.language))


def _keyed(state: State) -> bool:
    return state.progress == "drafted" and answer(state, "number") != "own"
