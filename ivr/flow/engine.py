"""One event of one call: `step(flow, state, event, now) -> Turn`. Pure; `now` is the local time where staff work."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from ivr.flow import answers, choose
from ivr.flow.enter import ANSWERED, enter, stay
from ivr.flow.events import (
    Event,
    Lost,
    MessageTaken,
    NoInput,
    NumberKeyed,
    Pressed,
    RingEnded,
    Said,
    Started,
)
from ivr.flow.line import Flow
from ivr.flow.nodes import (
    CallbackRequest,
    Message,
    PhoneNumber,
    Recording,
    TextMessage,
    Transfer,
)
from ivr.flow.speech import lead
from ivr.flow.state import State, decode, with_answer
from ivr.flow.turn import (
    Confirm,
    Draft,
    Keep,
    NotStored,
    Outcome,
    RingNoted,
    Say,
    SendText,
    Stored,
    Turn,
)
from ivr.flow.turn import Message as SpokenMessage

RESUMED: Final = 100
"""How far from its last turn a call counts on once its place was lost: no promise that it makes then is taken for one
that it made before."""
_LAST: Final = 9_000
"""So that the count stays below 10,000."""


def step(flow: Flow, state: State | None, event: Event, now: datetime) -> Turn:
    """The turn that follows `event`. `state` is None at the start of a call and when the place in it is lost."""
    match event:
        case Started():
            return _begin(flow, event, now)
        case Lost(caller=caller, after=after):
            afar = min(after + RESUMED, _LAST)
            return answers.unknown(flow, State(flow.line.main, turn=afar, caller=caller), now)
    if state is None:
        return _begin(flow, Started(), now)
    here = state._replace(turn=state.turn + 1)
    if not _known(flow, here):
        return answers.unknown(flow, here, now)
    return _answer(flow, here, event, now)


def settle(flow: Flow, turn: Turn, outcome: Outcome, now: datetime) -> Turn:
    """What the caller hears once a promise was stored, or could not be. `turn.action` is a Keep."""
    if not isinstance(turn.action, Keep):
        raise TypeError("only a turn that keeps a promise can be settled")
    settled = _settle(flow, turn.state, turn.action, outcome, now)
    said = turn.speech[len(lead(turn.state)) :]
    led = lead(settled.state)
    speech = (*led, *said, *settled.speech[len(led) :])
    return replace(settled, speech=speech, effects=(*turn.effects, *settled.effects))


def _begin(flow: Flow, event: Started, now: datetime) -> Turn:
    line = flow.line
    notice = line.notice
    current = notice is not None and notice.starts <= now.date() <= notice.ends
    said = (Say(notice.says),) if notice is not None and current else ()
    return stay(flow, _first_place(flow, event), now, said=said)


def _first_place(flow: Flow, event: Started) -> State:
    """The start of the line; or the offer to go on in the leaflet where the last call dropped."""
    first = State(flow.line.start, language=flow.line.languages[0], caller=event.caller)
    left = decode(event.left) if event.left and flow.line.resume else None
    if left is None or flow.line.resume is None or not _known(flow, left):
        return first
    if not flow.is_leaflet(left.node):
        return first
    place = first._replace(node=flow.line.resume, part=left.part, trail=(left.node,))
    return place._replace(pace=left.pace, language=left.language)


def _known(flow: Flow, state: State) -> bool:
    """Whether this flow still has the place that the state names."""
    node = flow.nodes.get(state.node)
    if not isinstance(node, ANSWERED) or state.language not in flow.words:
        return False
    if state.told is not None and not isinstance(flow.nodes.get(state.told), Message):
        return False
    if isinstance(node, Message) and state.part >= len(node.parts):
        return False
    return all(isinstance(flow.nodes.get(past), ANSWERED) for past in state.trail)


def _answer(flow: Flow, state: State, event: Event, now: datetime) -> Turn:
    node = flow.nodes[state.node]
    match node, event:
        case Transfer(), RingEnded(outcome=outcome):
            return _rung(flow, state, node, outcome, now)
        case Transfer(), _:
            return _rung(flow, state, node, "failed", now)
        case Recording(), MessageTaken(seconds=seconds):
            return Turn((), Keep(SpokenMessage(seconds)), state)
        case Recording(), NoInput():
            return enter(flow, state, node.empty, now)
        case PhoneNumber(), NumberKeyed(valid=valid):
            return Turn((), Keep(Draft()), state) if valid else answers.not_a_number(flow, state, node, now)
        case _, Pressed(keys=keys):
            return choose.pressed(flow, state, keys, now)
        case _, Said():
            return choose.said(flow, state, event, now)
        case _, NoInput():
            return answers.no_input(flow, state, now)
        case _:
            return answers.replay(flow, state, now)


def _rung(flow: Flow, state: State, node: Transfer, outcome: str, now: datetime) -> Turn:
    ways = {"conversation": node.goto, "busy": node.busy, "no_answer": node.no_answer, "refused": node.no_answer}
    reached = outcome == "conversation"
    turn = enter(flow, state._replace(unreached=not reached), ways.get(outcome, node.failed), now)
    return replace(turn, effects=(RingNoted(outcome), *turn.effects))


def _settle(flow: Flow, state: State, keep: Keep, outcome: Outcome, now: datetime) -> Turn:
    node = flow.nodes[state.node]
    lost = isinstance(outcome, NotStored)
    match keep.promise, node:
        case Confirm(), CallbackRequest():
            return _confirmed(flow, state, node, outcome, now)
        case Draft(), PhoneNumber():
            drafted = with_answer(state, "number", "keyed")._replace(progress="drafted")
            return enter(flow, state if lost else drafted, node.failed if lost else node.goto, now)
        case SendText(), TextMessage():
            return enter(flow, state, node.cannot if lost else node.goto, now)
        case SpokenMessage(), Recording():
            return enter(flow, state, node.goto, now, said=_regret(flow, lost=lost))
        case _:
            return stay(flow, state, now, said=_regret(flow, lost=lost))


def _regret(flow: Flow, *, lost: bool) -> tuple[Say, ...]:
    return (Say(flow.line.phrases.not_noted),) if lost else ()


def _confirmed(flow: Flow, state: State, node: CallbackRequest, outcome: Outcome, now: datetime) -> Turn:
    """The request is stored: only now is it spoken of, and the way back to before it is closed."""
    match outcome:
        case Stored(reference=reference, merged=merged):
            kept = state._replace(progress="kept", reference=reference, trail=())
            return enter(flow, kept, node.merged if merged else node.goto, now)
        case NotStored():
            return enter(flow, state, node.failed, now)


def regret(flow: Flow, state: State, now: datetime) -> Turn:
    """What was to be read back cannot be had: say so, and go to a person."""
    return enter(flow, state, flow.line.person, now, said=_regret(flow, lost=True))
