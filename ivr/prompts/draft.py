"""What the files say, as far as it could be built: what the checks of meaning work on."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from ivr.flow.line import Line
from ivr.flow.nodes import Node, NodeId, PromptId
from ivr.flow.wording import Fact, FactId, Words
from ivr.prompts.build import Notes, Path, Reference
from ivr.prompts.findings import Finding, found


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

    @property
    def node_ids(self) -> tuple[str, ...]:
        """Every node that has a file, whether or not the file could be built."""
        return tuple(PurePath(file).stem for file in self.notes if file.startswith("menus/"))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages whose files could be read."""
        files = [file for file in self.notes if file.startswith("words/")]
        return tuple(PurePath(file).stem for file in files if self.notes[file].places)

    @property
    def whole(self) -> bool:
        """Whether everything was built, so that what is missing can be told from what was not understood."""
        return not self.findings

    def references(self, kind: Any) -> list[Reference]:
        """Every mention of a kind of id, in the order of the files."""
        return [one for notes in self.notes.values() for one in notes.references if one.kind is kind]

    def wrong(self, file: str, path: Path, text: str) -> Finding:
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
