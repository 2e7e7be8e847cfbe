"""What each universal key, word, silence and odd key leads to, at any node."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from ivr.flow.enter import action_at, enter, fresh, stay
from ivr.flow.line import Flow
from ivr.flow.nodes import Menu, Message, PhoneNumber, PromptId
from ivr.flow.pace import MORE_TIME, longer_wait, pause
from ivr.flow.speech import lead
from ivr.flow.state import State
from ivr.flow.turn import Say, Turn
from ivr.flow.wording import Command


def replay(flow: Flow, state: State, now: datetime, *, said: tuple[PromptId, ...] = ()) -> Turn:
    """The same words again, with a few words before them; the end of a leaflet is said again with what follows it."""
    before = tuple(word for prompt in said for word in (Say(prompt), pause(state.pace)))
    here = state._replace(doubt="")
    told = flow.nodes.get(here.told) if here.told else None
    if not isinstance(told, Message) or here.told is None:
        return stay(flow, here, now, said=before)
    turn = stay(flow, here._replace(node=here.told, part=len(told.parts) - 1 if told.waits else 0), now, said=before)
    return replace(turn, effects=())


def obey(flow: Flow, state: State, command: Command, now: datetime) -> Turn:
    """A universal key or word."""
    return _COMMANDS[command](flow, state, now)


def person(flow: Flow, state: State, now: datetime) -> Turn:
    """To a person, at any time."""
    return enter(flow, state, flow.line.person, now)


def main_menu(flow: Flow, state: State, now: datetime) -> Turn:
    """To the main menu."""
    return enter(flow, state, flow.line.main, now)


def normal(flow: Flow, state: State, now: datetime) -> Turn:
    """The same again, at normal pace from here on."""
    return replay(flow, state._replace(pace="normal", tries=0), now, said=(flow.line.phrases.normal,))


def assist(flow: Flow, state: State, now: datetime) -> Turn:
    """What can be done here, and the same again."""
    return replay(flow, state._replace(tries=0), now, said=(_help(flow, state),))


def again(flow: Flow, state: State, now: datetime) -> Turn:
    """Star: the same again; twice in a row: more slowly."""
    if state.starred:
        return slower(flow, state, now)
    return replay(flow, state._replace(starred=True, tries=0), now)


def slower(flow: Flow, state: State, now: datetime) -> Turn:
    """The same more slowly, and slow from here on."""
    said = () if state.pace == "slow" else (flow.line.phrases.slower,)
    return replay(flow, state._replace(pace="slow", starred=True, tries=0), now, said=said)


def more_time(flow: Flow, state: State, _now: datetime) -> Turn:
    """Wait a minute, quietly."""
    waiting = action_at(flow, state, seconds=longer_wait(state.pace, MORE_TIME))
    return Turn((*lead(state), Say(flow.line.phrases.more_time)), waiting, state._replace(tries=0))


def where(flow: Flow, state: State, now: datetime) -> Turn:
    """Which part of how many this is, and the same again; a menu says for itself where the caller is."""
    node, said = flow.nodes[state.node], flow.line.phrases.where
    if said is None or not isinstance(node, Message):
        return replay(flow, state._replace(tries=0), now)
    place = Say(said, place=(state.part + 1, len(node.parts)))
    return stay(flow, state._replace(tries=0), now, said=(place, pause(state.pace)))


def go_on(flow: Flow, state: State, now: datetime) -> Turn:
    """The next part of a leaflet; elsewhere there is nothing to go on to."""
    if not isinstance(flow.nodes[state.node], Message):
        return no_match(flow, state, now)
    return stay(flow, fresh(state, state.node)._replace(part=state.part + 1), now)


def done(flow: Flow, state: State, now: datetime) -> Turn:
    """Hash: past the end of a leaflet; back from a menu; nothing keyed yet at a number."""
    match flow.nodes[state.node]:
        case Message() as node:
            return enter(flow, state, node.goto, now)
        case PhoneNumber():
            return no_input(flow, state, now)
        case _:
            return back(flow, state, now)


def goodbye(flow: Flow, state: State, now: datetime) -> Turn:
    """The caller says goodbye, in so many words."""
    if flow.line.goodbye is None:
        return no_match(flow, state, now)
    return enter(flow, state, flow.line.goodbye, now)


def back(flow: Flow, state: State, now: datetime) -> Turn:
    """To the part before, or else to the node before; at the first node, the same again."""
    before = _part_before(flow, state)
    if before is not None:
        return stay(flow, fresh(before, before.node)._replace(part=before.part), now)
    trail = state.trail
    if not trail:
        return replay(flow, state._replace(tries=0), now)
    return stay(flow, fresh(state, trail[-1])._replace(trail=trail[:-1]), now)


def _part_before(flow: Flow, state: State) -> State | None:
    node = flow.nodes[state.node]
    if isinstance(node, Message) and state.part:
        return state._replace(part=state.part - 1)
    told = flow.nodes.get(state.told) if state.told else None
    if isinstance(told, Message) and state.told and told.waits and len(told.parts) > 1:
        return state._replace(node=state.told, part=len(told.parts) - 2)
    return None


def no_input(flow: Flow, state: State, now: datetime) -> Turn:
    """Silence: a cue and the same again; then time; then a person."""
    cues = _own(flow, state, "no_input") or flow.line.no_input
    if state.tries >= len(cues):
        return give_up(flow, state, now)
    cue, later = cues[state.tries], state._replace(tries=state.tries + 1, starred=False, doubt="")
    if state.tries:
        return Turn((*lead(later), Say(cue)), action_at(flow, later), later)
    return replay(flow, later, now, said=(cue,))


def no_match(flow: Flow, state: State, now: datetime) -> Turn:
    """A key or word that is no choice here: help that gets simpler, and the same again; then a person."""
    cues = _own(flow, state, "no_match") or flow.line.no_match
    if state.tries >= len(cues):
        return give_up(flow, state, now)
    later = state._replace(tries=state.tries + 1, starred=False)
    return replay(flow, later, now, said=(cues[state.tries],))


def not_a_number(flow: Flow, state: State, node: PhoneNumber, now: datetime) -> Turn:
    """A number that staff cannot ring: say what is needed, ask again; then a person."""
    if state.tries >= len(flow.line.no_input):
        return give_up(flow, state, now)
    cue = node.not_a_number[min(state.tries, len(node.not_a_number) - 1)]
    asked = state._replace(tries=state.tries + 1, starred=False, told=None)
    return replay(flow, asked, now, said=(cue,))


def give_up(flow: Flow, state: State, now: datetime) -> Turn:
    """Enough tries: a person; once nobody could be reached, the offer of a callback, and then patience without end.

    There, a short reminder and the whole offer take turns, for whoever puts the telephone back to their ear.
    """
    if not state.unreached:
        return enter(flow, state, flow.line.person, now)
    if state.node != flow.line.nobody:
        return enter(flow, state, flow.line.nobody, now)
    tries = len(flow.line.no_input)
    if state.tries > tries:
        turn = stay(flow, state._replace(tries=tries, starred=False, doubt=""), now)
        return replace(turn, action=action_at(flow, turn.state, seconds=longer_wait(state.pace, MORE_TIME)))
    waiting = action_at(flow, state, seconds=longer_wait(state.pace, MORE_TIME))
    later = state._replace(tries=tries + 1, starred=False, doubt="", told=None)
    return Turn((*lead(state), Say(flow.line.phrases.waiting)), waiting, later)


def _own(flow: Flow, state: State, name: str) -> tuple[PromptId, ...]:
    node = flow.nodes[state.node]
    cues: tuple[PromptId, ...] = (
        getattr(node, name) if isinstance(node, (Menu, PhoneNumber)) and hasattr(node, name) else ()
    )
    return cues


def _help(flow: Flow, state: State) -> PromptId:
    node = flow.nodes[state.node]
    own = node.help if isinstance(node, Menu) else None
    return own or flow.line.phrases.help


def unknown(flow: Flow, state: State, now: datetime) -> Turn:
    """The place in the call is not known: say so, and start again at the main menu with what is still known."""
    language = state.language if state.language in flow.words else flow.line.languages[0]
    here = fresh(state, flow.line.main)._replace(language=language, trail=())
    return stay(flow, here, now, said=(Say(flow.line.phrases.restart),))


_COMMANDS: Final[dict[Command, Callable[[Flow, State, datetime], Turn]]] = {
    "person": person,
    "again": again,
    "slower": slower,
    "normal": normal,
    "back": back,
    "main_menu": main_menu,
    "help": assist,
    "more_time": more_time,
    "go_on": go_on,
    "yes": go_on,
    "where": where,
    "done": done,
    "unsure": assist,
    "goodbye": goodbye,
    "no": no_match,
}
