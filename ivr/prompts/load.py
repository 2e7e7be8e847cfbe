"""From the files of `prompts/` to a Flow, or to every mistake in them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivr.flow.line import Flow, Line
from ivr.flow.nodes import KINDS, Node, NodeId
from ivr.flow.wording import Fact, Words
from ivr.prompts import bank_holidays
from ivr.prompts.build import FLAWED, Notes, build
from ivr.prompts.draft import Draft
from ivr.prompts.findings import Finding, Place, PromptsError, did_you_mean
from ivr.prompts.folder import Sources, sources
from ivr.prompts.meaning import check
from ivr.prompts.yaml_text import Pairs, Text, Tree, parse

VERSION_LENGTH = 12

Spot = tuple[str, int, int]
"""File, line and column."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A flow, and where each node and prompt of it is written."""

    flow: Flow
    places: dict[str, Spot] = field(repr=False)

    def where(self, name: str) -> Spot:
        """File, line and column of a node id or a prompt id, nodes first. Raises KeyError for neither."""
        return self.places.get(f"node {name}") or self.places[f"prompt {name}"]


def load(folder: Path) -> Flow:
    """The flow that the folder describes. Raises PromptsError with all mistakes of all its files."""
    return load_with_positions(folder).flow


def load_with_positions(folder: Path) -> Loaded:
    """The flow and the place of each node and prompt in the files. Raises PromptsError."""
    found = sources(folder)
    draft = drafted(found)
    findings = [*draft.findings, *check(draft)]
    if findings or draft.line is None:
        raise PromptsError(findings)
    return Loaded(_flow(draft, draft.line, version_of(found)), places_of(draft))


def drafted(found: Sources) -> Draft:
    """Everything that the files say, as far as it can be built."""
    draft = Draft(found.name, list(found.findings))
    readers: dict[str, Callable[[Draft, str, Tree, Notes], None]] = {"menus": _menu, "words": _words}
    for file, content in found.files.items():
        notes = draft.notes[file] = Notes(found.shown(file))
        tree, mistakes = parse(content, notes.file)
        notes.findings += mistakes
        if tree is not None:
            kind = file.split("/")[0]
            readers.get(kind, _line if file == "line.yaml" else _facts)(draft, Path(file).stem, tree, notes)
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


def _flow(draft: Draft, line: Line, version: str) -> Flow:
    return Flow(
        line=line,
        nodes=dict(draft.nodes),
        words=dict(draft.words),
        facts=dict(draft.facts),
        bank_holidays=bank_holidays.ENGLAND,
        version=version,
    )


def version_of(found: Sources) -> str:
    """A short hash of all files, the same wherever the folder lies."""
    digest = hashlib.sha256()
    for file, content in sorted(found.files.items()):
        digest.update(f"{file}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:VERSION_LENGTH]


def places_of(draft: Draft) -> dict[str, Spot]:
    """Where each node, and each prompt in the default language, is written."""

    def spot(notes: Notes, place: Place) -> Spot:
        return notes.file, place.line, place.column

    places = {f"node {Path(f).stem}": spot(n, n.place(())) for f, n in draft.notes.items() if f.startswith("menus/")}
    for language in reversed(draft.line.languages if draft.line else ()):
        notes = draft.notes[f"words/{language}.yaml"]
        for prompt in draft.words[language].prompts:
            places[f"prompt {prompt}"] = spot(notes, notes.place(("prompts", prompt)))
    return places


def findings_of(folder: Path) -> tuple[Finding, ...]:
    """Every mistake of the folder, sorted; none when it can be served."""
    try:
        load(folder)
    except PromptsError as error:
        return error.findings
    return ()
