"""Where in the line a caller was, in the words of staff: never the name of a node."""

import re
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import Goodbye, Message, NodeId
from ivr.staff import plain

NOWHERE: Final = "At once, or nothing was noted"
ELSEWHERE: Final = "At a place that the line no longer has"
_HUNG_UP: Final = "Hung up "
_MORE: Final = re.compile(r"\?[^”]+”")
"""What is said after a question: how many choices there are."""


def place(flow: Flow, name: str) -> str:
    """`While hearing about mediation`, `At the main menu`."""
    if not name:
        return NOWHERE
    node = flow.nodes.get(NodeId(name))
    if node is None:
        return ELSEWHERE
    if name == flow.line.main:
        return "At the main menu"
    match node:
        case Message():
            ((title, _),) = plain.heard(flow, (name,))
            return f"While hearing: {title}"
        case Goodbye():
            return "While we said goodbye"
        case _:
            said = plain.stopped(flow, name).removeprefix(_HUNG_UP)
            return said[0].upper() + _MORE.sub("?”", said[1:])
