"""Checks of each node by itself: choices, what is kept, tries, seconds."""

import re
from collections.abc import Iterator
from typing import Final

from ivr.flow.nodes import Menu, Message, Node, PhoneNumber, Recording
from ivr.prompts.draft import Draft
from ivr.prompts.findings import Finding

MOST_OPTIONS: Final = 4
AUDIENCES: Final = ("mobile", "others")
QUIET: Final = range(11)
MESSAGE_SECONDS: Final = range(1, 121)
NUMBERS: Final = ("own", "keyed")
_VALUE: Final = re.compile(r"[a-z0-9_-]{1,32}")
_SHAPE: Final = "small letters, digits, - and _ only, at most 32"

Wrong = tuple[tuple[str | int, ...], str]
"""Where in the file, and what."""


def menus(draft: Draft) -> Iterator[Finding]:
    """What is wrong inside each node."""
    for name, node in draft.nodes.items():
        for path, text in _wrong(draft, node):
            yield draft.wrong(f"menus/{name}.yaml", path, text)


def _wrong(draft: Draft, node: Node) -> Iterator[Wrong]:
    match node:
        case Menu():
            yield from _options(node)
            yield from _kept(node)
            yield from _tries(draft, node)
        case PhoneNumber():
            yield from _tries(draft, node)
        case Message():
            yield from _message(node)
        case Recording(seconds=seconds) if seconds not in MESSAGE_SECONDS:
            yield ("seconds",), f"'seconds' is 1 to {MESSAGE_SECONDS[-1]}, found {seconds}"


def _options(menu: Menu) -> Iterator[Wrong]:
    if menu.yes_no and [option.key for option in menu.options] != ["1", "2"]:
        yield ("options",), "a yes-or-no question has two options: 1 is yes, 2 is no"
    yield from dict.fromkeys(wrong for audience in AUDIENCES for wrong in _offered(menu, audience))


def _offered(menu: Menu, audience: str) -> Iterator[Wrong]:
    """What is wrong with the choices that one kind of caller has."""
    offered = [place for place, option in enumerate(menu.options) if option.only in {"any", audience}]
    if len(offered) > MOST_OPTIONS:
        text = f"{len(offered)} options; at most {MOST_OPTIONS}, more cannot be remembered: lead to another menu"
        yield ("options",), text
    for number, place in enumerate(offered, 1):
        if menu.options[place].key != str(number):
            some = "" if len(offered) == len(menu.options) else f", for callers of `only: {audience}`"
            yield ("options", place, "key"), f"keys count up from 1 without a gap{some}: expected '{number}'"


def _kept(menu: Menu) -> Iterator[Wrong]:
    values: set[str] = set()
    for number, option in enumerate(menu.options):
        path = ("options", number, "value")
        if not menu.keeps:
            if option.value:
                yield path, f"a value, but the menu keeps nothing; add `keeps`, or remove '{option.value}'"
        elif not option.value:
            yield path[:2], f"'value' is missing: the menu keeps '{menu.keeps}'"
        elif not _VALUE.fullmatch(option.value):
            yield path, f"'{option.value}' is no value: {_SHAPE}"
        elif menu.keeps == "number" and option.value not in NUMBERS:
            yield path, f"a kept number is 'own' or 'keyed', found '{option.value}'"
        elif option.value in values:
            yield path, f"the value '{option.value}' is given twice; each option keeps its own"
        values.add(option.value)


def _tries(draft: Draft, node: Menu | PhoneNumber) -> Iterator[Wrong]:
    tries = len(draft.line.no_input) if draft.line else 0
    own = {"no_input": node.no_input} | ({"no_match": node.no_match} if isinstance(node, Menu) else {})
    for name, prompts in own.items():
        if prompts and tries and len(prompts) != tries:
            yield (name,), f"'{name}' needs {tries} prompts, one for each try of the line, found {len(prompts)}"


def _message(message: Message) -> Iterator[Wrong]:
    if message.topic and not _VALUE.fullmatch(message.topic):
        yield ("topic",), f"'{message.topic}' is no topic: {_SHAPE}"
    for number, part in enumerate(message.parts):
        if part.quiet not in QUIET:
            yield ("parts", number, "quiet"), f"'quiet' is 0 to {QUIET[-1]} seconds, found {part.quiet}"
