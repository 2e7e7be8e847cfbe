"""What callers must be asked before it happens: a stored number, a recording; and the time that a pen takes."""

import re
from collections.abc import Iterator
from typing import Final

from ivr.flow.check_finding import Finding, error, node
from ivr.flow.line import Flow
from ivr.flow.nodes import NUMBER, NUMBER_ENDING, CallbackRequest, Menu, Message, Node, NodeId, Recording
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
        if isinstance(one, Message):
            yield from _pens(flow, name, one)


def _unasked(flow: Flow, one: Node, goto: NodeId) -> str:
    if goto == flow.line.resume:
        return f"'{goto}' is asked at the start of a call only; lead to another node"
    match flow.nodes.get(goto):
        case CallbackRequest() if not (isinstance(one, Menu) and {NUMBER, NUMBER_ENDING} & set(one.ask)):
            text = f"'{goto}' stores a request: lead to it only from a menu that reads the number back"
            return f"{text} (<number> or <number-ending> in `ask`)"
        case Recording() if not isinstance(one, Menu):
            return f"'{goto}' records the caller: lead to it only from a choice of a menu"
        case _:
            return ""


def _pens(flow: Flow, name: NodeId, message: Message) -> Iterator[Finding]:
    prompts = flow.words[flow.line.languages[0]].prompts
    for number, part in enumerate(message.parts):
        says = (sentence.text for prompt in part.says if prompt in prompts for sentence in prompts[prompt].says)
        if part.quiet < PEN_TIME and any(_PEN.search(text) for text in says):
            text = f"{part.quiet} s to find a pen; add `quiet: 5`, at least {PEN_TIME}"
            yield error("no-time", node(name, "parts", number), text)
