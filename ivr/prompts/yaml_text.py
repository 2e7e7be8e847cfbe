"""YAML read as text: plain text, lists and maps, each with its place. Nothing is guessed, nothing is expanded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from ivr.prompts.findings import Finding, Place, PromptsError, found

MOST_BYTES: Final = 1_000_000
MOST_NODES: Final = 50_000
DEEPEST: Final = 12
QUOTES: Final = "put quotes round # and *"

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text, whatever it looks like: 09:00, no and +44 stay as written."""

    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: "tuple[Tree, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Pairs:
    """A map; each key with its own place."""

    pairs: "dict[str, tuple[Place, Tree]]"
    place: Place


Tree = Text | Items | Pairs
Data = str | list["Data"] | dict[str, "Data"]


class _StopError(Exception):
    """Reading cannot go on after this."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.place, self.text = place, text


def parse(content: bytes, file: str) -> tuple[Tree | None, list[Finding]]:
    """The tree of a file's content, and every mistake found; no tree where reading had to stop. Never raises."""
    findings: list[Finding] = []
    try:
        return _Reading(_decoded(content), file, findings).tree(), findings
    except _StopError as stop:
        findings.append(found(file, stop.place, stop.text))
    return None, findings


def read(path: Path) -> Data:
    """The plain data of a YAML file, all leaves text. Raises PromptsError (every mistake) or OSError."""
    tree, findings = parse(path.read_bytes(), str(path))
    if tree is None or findings:
        raise PromptsError(findings)
    return data_of(tree)


def data_of(tree: Tree) -> Data:
    """The tree without its places."""
    match tree:
        case Text(value=value):
            return value
        case Items(items=items):
            return [data_of(item) for item in items]
        case Pairs(pairs=pairs):
            return {key: data_of(value) for key, (_, value) in pairs.items()}


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _StopError(Place(), f"larger than {MOST_BYTES:,} bytes; split it, or take out what is not needed")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        place = _place_of(content[: error.start].decode("utf-8", "replace"))
        raise _StopError(place, "not UTF-8 text; save the file as UTF-8") from None
    if unseen := _UNSEEN.search(text):
        raise _StopError(_place_of(text[: unseen.start()]), f"{describe(unseen[0])} in the text; remove it")
    if tab := re.search("[\t\r]", text):
        name = "tab" if tab[0] == "\t" else "carriage return"
        raise _StopError(_place_of(text[: tab.start()]), f"a {name} in the text; use spaces and plain new lines")
    return text


def unseen_in(text: str) -> str:
    """The first character of `text` that nobody can see or say, described; or nothing."""
    unseen = _UNSEEN.search(text) or re.search("[\t\r]", text)
    return describe(unseen[0]) if unseen else ""


def describe(character: str) -> str:
    """A character that cannot be shown, by number."""
    return f"a control character (U+{ord(character):04X})"


def _place_of(before: str) -> Place:
    return Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _at(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


class _Reading:
    """One reading of one file: events of the parser in, a tree and the mistakes out."""

    def __init__(self, text: str, file: str, findings: list[Finding]) -> None:
        self._lines = text.split("\n")
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._file, self._findings, self._nodes = file, findings, 0

    def tree(self) -> Tree:
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = _at(mark) if mark else Place()
            raise _StopError(place, f"not valid YAML: {error.problem}{self._hint(place, str(error.problem))}") from None
        except yaml.YAMLError as error:
            raise _StopError(Place(), f"not valid YAML: {error}") from None

    def _document(self) -> Tree:
        tree: Tree | None = None
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if tree is not None:
                raise _StopError(_at(event.start_mark), "a second document; one a file: remove the line ---")
            if event.version or event.tags:
                raise _StopError(_at(event.start_mark), "a % directive; remove it")
            tree = self._node(next(self._events), 1)
        if tree is None or (isinstance(tree, Text) and not tree.value):
            raise _StopError(Place(), "the file is empty")
        return tree

    def _node(self, event: Any, depth: int) -> Tree:
        place = _at(event.start_mark)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _StopError(place, f"more than {MOST_NODES:,} values; split the file")
        if depth > DEEPEST:
            raise _StopError(place, f"nested more than {DEEPEST} deep; no menu needs that")
        self._refuse_marks(event, place)
        match event:
            case yaml.SequenceStartEvent():
                return Items(tuple(self._items(depth)), place)
            case yaml.MappingStartEvent():
                return Pairs(self._pairs(depth), place)
            case yaml.ScalarEvent():
                return self._text(event, place)
            case _:
                return Text("", place)

    def _refuse_marks(self, event: Any, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._mistake(place, f"an alias (*{event.anchor}); write the value out, or {QUOTES}")
        elif event.anchor:
            self._mistake(place, f"an anchor (&{event.anchor}); write the value out, or put quotes round text with &")
        elif event.tag:
            self._mistake(place, f"a tag ({event.tag}); remove it, or put quotes round text that starts with !")

    def _items(self, depth: int) -> Iterator[Tree]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> dict[str, tuple[Place, Tree]]:
        pairs: dict[str, tuple[Place, Tree]] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if self._good_key(key, pairs) and isinstance(key, Text):
                pairs[key.value] = (key.place, value)
        return pairs

    def _good_key(self, key: Tree, earlier: dict[str, tuple[Place, Tree]]) -> bool:
        match key:
            case Text(value="<<"):
                self._mistake(key.place, "a merge key (<<); write the keys out")
            case Text(value=""):
                self._mistake(key.place, "a key with no name; write `key: value`")
            case Text(value=value) if value in earlier:
                first = earlier[value][0].line
                self._mistake(key.place, f"'{value}' is given twice (first on line {first}); keep one")
            case Text():
                return True
            case _:
                self._mistake(key.place, "a list or map where a key was expected; write `key: value`")
        return False

    def _text(self, event: Any, place: Place) -> Text:
        value: str = event.value
        if unseen := unseen_in(value):
            self._mistake(place, f"{unseen} in the text; remove it")
        if not event.style:
            self._refuse_lost_words(event.end_mark, value)
        return Text(value, place)

    def _refuse_lost_words(self, end: Any, value: str) -> None:
        """Unquoted text ends at #; what follows would be lost without a word."""
        rest = self._lines[end.line][end.column :] if end.line < len(self._lines) else ""
        if rest.lstrip().startswith("#"):
            place = Place(end.line + 1, end.column + 1 + len(rest) - len(rest.lstrip()))
            what = QUOTES if not value else "put quotes round the whole text, or the comment on a line of its own"
            self._mistake(place, f"what follows # is a comment and is not read; {what}")

    def _hint(self, place: Place, problem: str) -> str:
        line = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        if re.search(r"(^|[\s:\[,-])\*", line) or "alias" in problem:
            return f"; {QUOTES}"
        if "mapping values" in problem:
            return "; put quotes round text that holds a colon, or check the indentation"
        if "cannot start any token" in problem:
            return "; put quotes round text that starts with a sign"
        return "; check the indentation and the quotes of this line and the line before it"

    def _mistake(self, place: Place, text: str) -> None:
        self._findings.append(found(self._file, place, text))
