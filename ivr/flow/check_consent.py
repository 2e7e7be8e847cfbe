"""What callers must be asked before it happens: a stored number, a recording; and the time that a pen takes."""

import re
from collections.abc import Iterator
from typing import Final

from ivr.flow.check_finding import Finding, error, node
from ivr.flow.line import Flow
from ivr.flow.nodes import (
    MESSAGE,
    NUMBER,
    NUMBER_ENDING,
    CallbackRequest,
    CallbackWish,
    Menu,
    Message,
    Node,
    NodeId,
    Recording,
)
from ivr.flow.proof_ways import exits

PEN_TIME: Final = 2
"""Seconds of quiet at least after a caller is told to find a pen."""
_PEN: Final = re.compile(r"\bpen\b|\bpencil\b", re.IGNORECASE)


def consent(flow: Flow) -> Iterator[Finding]:
    """Exits that take from a caller what they were not asked for, and a pen without time to find it."""
    for name, one in flow.nodes.items():
        for path, goto in exits(one):
            wrong = _unasked(flow, one, goto)
            if wrong:
                yield error("not-asked", node(name, *path), wrong)
        if isinstance(one, Menu) and MESSAGE in one.ask and flow.line.phrases.message_later is None:
            wrong = "a message may not be here yet when it is to be heard: set `message_later` in line.yaml"
            yield error("no-words", node(name, "ask"), wrong)
        if isinstance(one, Message):
            yield from _pens(flow, name, one)


def _unasked(flow: Flow, one: Node, goto: NodeId) -> str:
    if goto == flow.line.resume:
        return f"'{goto}' is asked at the start of a call only; lead to another node"
    if isinstance(one, CallbackWish) and goto != one.known and not _tells(flow, flow.nodes.get(goto)):
        return f"'{goto}' asks for a number: say '{flow.line.privacy}' there first, which tells what is kept"
    match flow.nodes.get(goto):
        case CallbackRequest() if not (isinstance(one, Menu) and {NUMBER, NUMBER_ENDING} & set(one.ask)):
            text = f"'{goto}' stores a request: lead to it only from a menu that reads the number back"
            return f"{text} (<number> or <number-ending> in `ask`)"
        case Recording() if not isinstance(one, Menu):
            return f"'{goto}' records the caller: lead to it only from a choice of a menu"
        case _:
            return ""


def _tells(flow: Flow, one: Node | None) -> bool:
    """Whether a node says the privacy notice, where the line has one."""
    if flow.line.privacy is None:
        return True
    says = (
        [prompt for part in one.parts for prompt in part.says] if isinstance(one, Message) else getattr(one, "ask", ())
    )
    return flow.line.privacy in says


def _pens(flow: Flow, name: NodeId, message: Message) -> Iterator[Finding]:
    prompts = flow.words[flow.line.languages[0]].prompts
    for number, part in enumerate(message.parts):
        says = (sentence.text for prompt in part.says if prompt in prompts for sentence in prompts[prompt].says)
        if part.quiet < PEN_TIME and any(_PEN.search(text) for text in says):
            text = f"{part.quiet} s to find a pen; add `quiet: 5`, at least {PEN_TIME}"
            yield error("no-time", node(name, "parts", number), text)
