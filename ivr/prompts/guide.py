"""The reference part of `docs/authors.md`: every kind and key, told by the dataclasses themselves."""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, get_args

from ivr.flow.line import Line
from ivr.flow.nodes import KINDS, READ_BACK
from ivr.flow.wording import Words
from ivr.prompts.annotations import describe, hints_of

START: Final = "<!-- Made by `ivr check --guide`. Change the dataclasses in ivr/flow, not this part. -->"
END: Final = "<!-- End of the part made by `ivr check --guide`. -->"


def renewed(document: str) -> str:
    """The document with the part between the marks written anew. Raises ValueError where a mark is missing."""
    before, rest = document.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n\n{reference()}\n{END}{after}"


def reference() -> str:
    """Every kind of node, then line.yaml and the words files, key by key."""
    parts = ["## Every kind of node", "", f"Read-back, in `ask` and `says`: {_read_backs()}.", ""]
    for kind, wanted in KINDS.items():
        parts += [f"### `kind: {kind}`", "", *_told(wanted)]
    for title, whole in (("line.yaml", Line), ("words/<language>.yaml", Words)):
        parts += [f"## Every key of {title}", "", *_told(whole)]
    return "\n".join(parts)


def _read_backs() -> str:
    return ", ".join(f"`{one}`" for one in sorted(READ_BACK))


def _told(wanted: Any) -> Iterator[str]:
    """One class, and after it the classes inside it."""
    yield from (wanted.__doc__.split("\n")[0], "", "| key | is | what it is |", "|---|---|---|")
    for field in fields(wanted):
        yield f"| `{field.name}` | {_is(hints_of(wanted)[field.name])}{_unless(field)} | {field.metadata['about']} |"
    yield ""
    for inner in _inside(wanted):
        yield from (f"#### Each of `{inner.__name__}`", "", *_told(inner))


def _inside(wanted: Any) -> list[Any]:
    found = [part for hint in hints_of(wanted).values() for part in (hint, *get_args(hint)) if is_dataclass(part)]
    return list(dict.fromkeys(found))


def _is(wanted: Any) -> str:
    """A type in an author's words, lists with what they hold."""
    inner = get_args(wanted)
    described = describe(wanted)
    if described == "a list":
        return f"a list: {describe(inner[0]).removeprefix('a ')}"
    if type(None) in inner:
        return describe(inner[0])
    return described.replace("|", "\\|")


def _unless(field: Any) -> str:
    """Whether the key may be left out, and what holds then."""
    if field.default is MISSING:
        return ""
    if isinstance(field.default, bool):
        return f"; {'yes' if field.default else 'no'} when left out"
    return f"; {field.default} when left out" if field.default else "; may be left out"
