"""The annotations of the flow's dataclasses, in an author's words: they are the schema of the YAML."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, time
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from ivr.flow.nodes import NodeId, PromptId
from ivr.flow.wording import FactId

SHAPES: Final[Mapping[Any, tuple[str, str]]] = {
    NodeId: (r"[a-z0-9-]{1,24}", "small letters, digits and - only, at most 24"),
    PromptId: (r"[a-z0-9]+([._-][a-z0-9]+){0,7}", "small letters and digits, joined by single . - or _"),
    FactId: (r"[a-z0-9-]{1,40}", "small letters, digits and - only, at most 40"),
}
"""What each kind of id looks like, and how an author is told."""
LONGEST_ID: Final = 48


@cache
def hints_of(owner: type) -> dict[str, Any]:
    """The annotations of a dataclass, resolved."""
    return get_type_hints(owner)


@cache
def required(owner: Any) -> tuple[str, ...]:
    """The fields that must be written."""
    return tuple(f.name for f in fields(owner) if f.default is MISSING and f.default_factory is MISSING)


def describe(wanted: Any) -> str:
    """A type in an author's words."""
    names = {str: "text", int: "a whole number", bool: "yes or no", date: "a date such as 2026-12-21"}
    names |= {time: "a time such as 09:00", tuple: "a list", dict: "a map", NodeId: "a node", PromptId: "a prompt"}
    if get_origin(wanted) is Literal:
        return "one of " + ", ".join(get_args(wanted))
    return names.get(get_origin(wanted) or wanted, "a fact" if wanted is FactId else "a map")


def shorthand(wanted: Any) -> str:
    """The one required field of a dataclass when it is text, so that plain text may stand for the whole; or nothing."""
    names = required(wanted)
    return names[0] if len(names) == 1 and hints_of(wanted)[names[0]] is str else ""


def good_id(value: str, kind: Any) -> bool:
    """Whether text is an id of this kind by its letters."""
    return len(value) <= LONGEST_ID and re.fullmatch(SHAPES[kind][0], value) is not None
