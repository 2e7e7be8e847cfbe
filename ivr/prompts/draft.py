"""What the files say, as far as it could be built: what the checks of meaning work on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from ivr.flow.line import Line
from ivr.flow.nodes import KINDS, Node, NodeId, PromptId
from ivr.flow.wording import Fact, FactId, Words
from ivr.prompts.build import FLAWED, KeyPath, Notes, Reference, build
from ivr.prompts.findings import Finding, did_you_mean, found
from ivr.prompts.folder import Sources
from ivr.prompts.yaml_text import Pairs, Text, Tree, parse


@dataclass(slots=True)
class Draft:
    """A flow in the making: what was built, and the notes of each file by its path inside the folder."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    notes: dict[str, Notes] = field(default_factory=dict)
    line: Line | None = None
    nodes: dict[NodeId, Node] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    facts: dict[FactId, Fact] = field(default_factory=dict)
    node_ids: set[str] = field(default_factory=set)
    """Every node that has a file, whether or not the file could be built."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages whose files could be read."""
        files = [file for file in self.notes if file.startswith("words/")]
        return tuple(PurePath(file).stem for file in files if self.notes[file].places)

    @property
    def understood(self) -> bool:
        """Whether every menu and the line were built, so that it is known what each prompt is for."""
        return self.line is not None and len(self.nodes) == len(self.node_ids)

    def references(self, kind: Any) -> list[Reference]:
        """Every mention of a kind of id, in the order of the files."""
        return [one for notes in self.notes.values() for one in notes.references if one.kind is kind]

    def wrong(self, file: str, path: KeyPath, text: str) -> Finding:
        """A mistake at a value of a file, or at the nearest thing around it that was written."""
        notes = self.notes[file]
        return found(notes.file, notes.place(path), text)

    def defined(self, language: str) -> set[str]:
        """The prompts that have words in a language, even words that could not be built."""
        places = self.notes[f"words/{language}.yaml"].places
        return {str(path[1]) for path in places if len(path) == 2 and path[0] == "prompts"}  # noqa: PLR2004 (a pair)

    def roles(self, owner: str, name: str) -> set[PromptId]:
        """The prompts mentioned by one field of one class."""
        mentioned = self.references(PromptId)
        return {PromptId(one.id) for one in mentioned if (one.owner, one.field) == (owner, name)}


def drafted(files: Sources) -> Draft:
    """Everything that the files say, as far as it can be built."""
    draft = Draft(files.name, list(files.findings))
    draft.node_ids = {PurePath(file).stem for file in files.files if file.startswith("menus/")}
    readers: dict[str, Callable[[Draft, str, Tree, Notes], None]] = {"menus": _menu, "words": _words}
    for file, content in files.files.items():
        notes = draft.notes[file] = Notes(files.shown(file))
        tree, mistakes = parse(content, notes.file)
        notes.findings += mistakes
        if tree is not None:
            kind = file.split("/")[0]
            readers.get(kind, _line if file == "line.yaml" else _facts)(draft, PurePath(file).stem, tree, notes)
        draft.findings += notes.findings
    return draft


def _line(draft: Draft, _: str, tree: Tree, notes: Notes) -> None:
    draft.line = _built(build(tree, Line, notes))


def _facts(draft: Draft, _: str, tree: Tree, notes: Notes) -> None:
    facts: tuple[Fact, ...] = _built(build(tree, tuple[Fact, ...], notes)) or ()
    for number, fact in enumerate(facts):
        if fact.id in draft.facts:
            notes.mistake_at((number, "id"), f"the fact '{fact.id}' is given twice; keep one")
        draft.facts[fact.id] = fact


def _words(draft: Draft, language: str, tree: Tree, notes: Notes) -> None:
    words: Words | None = _built(build(tree, Words, notes))
    if words is not None:
        draft.words[language] = words


def _menu(draft: Draft, name: str, tree: Tree, notes: Notes) -> None:
    node = _node(tree, notes)
    if node is not None:
        draft.nodes[NodeId(name)] = node


def _node(tree: Tree, notes: Notes) -> Node | None:
    if not isinstance(tree, Pairs):
        notes.mistake(tree.place, "expected `kind: …` and its keys")
        return None
    _, kind = tree.pairs.get("kind", (tree.place, Text("", tree.place)))
    if not isinstance(kind, Text) or kind.value not in KINDS:
        given = kind.value if isinstance(kind, Text) else ""
        hint = did_you_mean(given, KINDS) or f"; one of {', '.join(KINDS)}"
        notes.mistake(kind.place, f"unknown kind '{given}'{hint}" if given else f"no kind given{hint}")
        return None
    rest = {key: pair for key, pair in tree.pairs.items() if key != "kind"}
    node: Node | None = _built(build(Pairs(rest, tree.place), KINDS[kind.value], notes))
    return node


def _built(value: Any) -> Any:
    return None if value is FLAWED else value
