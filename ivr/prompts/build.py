"""Builds dataclasses from a YAML tree, by their annotations alone. Every mistake is noted; none is raised."""

import re
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from enum import Enum
from types import UnionType
from typing import Any, Final, Literal, NewType, Union, get_args, get_origin

from ivr.flow.nodes import READ_BACK, PromptId
from ivr.prompts.annotations import SHAPES, describe, good_id, hints_of, required, shorthand
from ivr.prompts.findings import Finding, Place, did_you_mean, found
from ivr.prompts.yaml_text import Items, Pairs, Text, Tree

KeyPath = tuple[str | int, ...]
"""Where a value stands inside its file: `("options", 0, "goto")`."""


class _Flawed(Enum):
    """Stands for a value that could not be built; its mistake is noted already."""

    FLAWED = "flawed"


FLAWED: Final = _Flawed.FLAWED


@dataclass(frozen=True, slots=True)
class Reference:
    """An id that a file mentions, to be found elsewhere."""

    kind: Any
    id: str
    file: str
    place: Place
    owner: str
    field: str


@dataclass(slots=True)
class Notes:
    """What reading one file has brought: mistakes, the ids it mentions, and where each value stands."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    places: dict[KeyPath, Place] = field(default_factory=dict)

    def mistake(self, place: Place, text: str) -> _Flawed:
        """Note a mistake at a place."""
        self.findings.append(found(self.file, place, text))
        return FLAWED

    def mistake_at(self, path: KeyPath, text: str) -> None:
        """Note a mistake at a value, or at the nearest thing around it that was written."""
        self.mistake(self.place(path), text)

    def place(self, path: KeyPath) -> Place:
        """Where a value stands, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place())


@dataclass(frozen=True, slots=True)
class Spot:
    """The value being built: its path, and the class and field that it belongs to."""

    path: KeyPath = ()
    owner: str = ""
    field: str = ""
    listed: bool = False
    needed: bool = False

    def inside(self, step: str | int) -> "Spot":
        """One step further in, still the same field."""
        return Spot((*self.path, step), self.owner, self.field, listed=True, needed=True)


def build(tree: Tree, wanted: Any, notes: Notes, spot: Spot = Spot()) -> Any:
    """The value of type `wanted` that the tree describes, or FLAWED with the mistakes noted."""
    notes.places.setdefault(spot.path, tree.place)
    if isinstance(wanted, NewType):
        return _id(tree, wanted, notes, spot)
    origin = get_origin(wanted)
    if origin in {Union, UnionType}:
        return _optional(tree, wanted, notes, spot)
    if origin is tuple:
        return _tuple(tree, get_args(wanted)[0], notes, spot)
    if origin is dict:
        return _dict(tree, get_args(wanted), notes, spot)
    if is_dataclass(wanted):
        return _dataclass(tree, wanted, notes, spot)
    if not isinstance(tree, Text):
        return notes.mistake(tree.place, f"expected {describe(wanted)} for {_named(spot)}, found {_kind(tree)}")
    return _literal(tree, wanted, notes, spot) if origin is Literal else _plain(tree, wanted, notes, spot)


def _kind(tree: Tree) -> str:
    match tree:
        case Text(value=""):
            return "nothing"
        case Text(value=value):
            return f"'{value[:40]}'"
        case Items():
            return "a list"
        case Pairs():
            return "a map"


def _named(spot: Spot) -> str:
    return f"'{spot.field}' of {spot.owner}" if spot.field else spot.owner or "the file"


def _plain(tree: Text, wanted: Any, notes: Notes, spot: Spot) -> Any:
    value = " ".join(tree.value.split())
    if wanted is str:
        return value if value or not spot.needed else notes.mistake(tree.place, f"{_named(spot)} is empty")
    made = _made(value, wanted)
    if made is None:
        return notes.mistake(tree.place, f"expected {describe(wanted)} for {_named(spot)}, found {_kind(tree)}")
    return made


def _made(value: str, wanted: Any) -> int | bool | date | time | None:
    """The value as a number, yes or no, date or time; None where it is none."""
    try:
        if wanted is bool:
            return {"yes": True, "true": True, "no": False, "false": False}[value]
        if wanted is int and re.fullmatch(r"[0-9]{1,6}", value):
            return int(value)
        if wanted is date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
        if wanted is time and re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
            return time.fromisoformat(value)
    except (KeyError, ValueError):
        return None
    return None


def _literal(tree: Text, wanted: Any, notes: Notes, spot: Spot) -> Any:
    allowed = get_args(wanted)
    if tree.value in allowed:
        return tree.value
    hint = did_you_mean(tree.value, allowed)
    return notes.mistake(tree.place, f"{_named(spot)} is {describe(wanted)}, found {_kind(tree)}{hint}")


def _id(tree: Tree, wanted: Any, notes: Notes, spot: Spot) -> Any:
    if not isinstance(tree, Text):
        return notes.mistake(tree.place, f"expected {describe(wanted)} for {_named(spot)}, found {_kind(tree)}")
    if wanted is PromptId and tree.value in READ_BACK and spot.listed and spot.field in {"ask", "says"}:
        return tree.value
    if not good_id(tree.value, wanted):
        return notes.mistake(tree.place, f"expected {describe(wanted)} for {_named(spot)}, found {_kind(tree)}")
    if (spot.owner, spot.field) != ("Fact", "id"):
        notes.references.append(Reference(wanted, tree.value, notes.file, tree.place, spot.owner, spot.field))
    return tree.value


def _optional(tree: Tree, wanted: Any, notes: Notes, spot: Spot) -> Any:
    if isinstance(tree, Text) and not tree.value:
        return None
    (inner,) = (kind for kind in get_args(wanted) if kind is not type(None))
    return build(tree, inner, notes, spot)


def _tuple(tree: Tree, wanted: Any, notes: Notes, spot: Spot) -> Any:
    if not isinstance(tree, Items):
        hint = f"; write [{tree.value}]" if isinstance(tree, Text) and tree.value else ""
        return notes.mistake(tree.place, f"expected a list for {_named(spot)}, found {_kind(tree)}{hint}")
    if not tree.items and spot.needed:
        return notes.mistake(tree.place, f"{_named(spot)} is an empty list")
    built = [build(item, wanted, notes, spot.inside(number)) for number, item in enumerate(tree.items)]
    return FLAWED if FLAWED in built else tuple(built)


def _dict(tree: Tree, wanted: tuple[Any, ...], notes: Notes, spot: Spot) -> Any:
    """A map; what cannot be built is left out, so that the rest can still be checked."""
    if not isinstance(tree, Pairs):
        return notes.mistake(tree.place, f"expected a map for {_named(spot)}, found {_kind(tree)}")
    built: dict[str, Any] = {}
    for key, (place, value) in tree.pairs.items():
        notes.places[(*spot.path, key)] = place
        good = _good_key(key, wanted[0], notes, place)
        made = build(value, wanted[1], notes, spot.inside(key)) if good else FLAWED
        if made is not FLAWED:
            built[key] = made
    return built


def _good_key(key: str, wanted: Any, notes: Notes, place: Place) -> bool:
    if get_origin(wanted) is Literal:
        allowed = get_args(wanted)
        if key not in allowed:
            notes.mistake(place, f"unknown key '{key}'{did_you_mean(key, allowed) or '; ' + describe(wanted)}")
        return key in allowed
    if not good_id(key, wanted):
        notes.mistake(place, f"'{key[:40]}' is no name for {describe(wanted)}: {SHAPES[wanted][1]}")
        return False
    return True


def _dataclass(tree: Tree, wanted: Any, notes: Notes, spot: Spot) -> Any:
    if isinstance(tree, Text) and (name := shorthand(wanted)):
        tree = Pairs({name: (tree.place, tree)}, tree.place)
    if not isinstance(tree, Pairs):
        return notes.mistake(tree.place, f"expected a map ({wanted.__name__}) here, found {_kind(tree)}")
    given = _spelled(tree, wanted, notes)
    needed = required(wanted)
    built = {
        name: build(
            value,
            hints_of(wanted)[name],
            notes,
            Spot((*spot.path, name), wanted.__name__, name, needed=name in needed),
        )
        for name, (_, value) in given.items()
    }
    missing = [name for name in needed if name not in given]
    for name in missing:
        about = next(f.metadata.get("about", "") for f in fields(wanted) if f.name == name)
        notes.mistake(tree.place, f"{wanted.__name__} needs '{name}': {about}")
    return FLAWED if missing or FLAWED in built.values() else wanted(**built)


def _spelled(tree: Pairs, wanted: Any, notes: Notes) -> dict[str, tuple[Place, Tree]]:
    """The pairs whose keys are fields; a misspelt key is noted, and read as the field it was meant for."""
    names = [f.name for f in fields(wanted)]
    given = {key: pair for key, pair in tree.pairs.items() if key in names}
    for key, (place, value) in tree.pairs.items():
        if key in names:
            continue
        left = [name for name in names if name not in given]
        hint = did_you_mean(key, left)
        notes.mistake(place, f"unknown key '{key}' of {wanted.__name__}{hint or '; known: ' + ', '.join(names)}")
        if hint:
            given[hint.split("'")[1]] = (place, value)
    return given
