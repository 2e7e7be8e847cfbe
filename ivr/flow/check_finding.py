"""What the check found: one value each, with the spot in the author's files that it is about."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]
"""Where inside a file: `("options", 0, "goto")`."""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a finding is about: `line.yaml`, a node's file, or the words of a language; `path` leads into the file."""

    kind: Literal["line", "node", "words"]
    name: str = ""
    path: Path = ()

    @property
    def id(self) -> str:
        """The node or prompt, as a waiver names it; `line` for the settings of the line."""
        if self.kind == "words" and len(self.path) > 1:
            return str(self.path[1])
        return self.name or self.kind


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or for a warning, to think about."""

    severity: Severity
    code: str
    subject: Subject
    text: str


def error(code: str, subject: Subject, text: str) -> Finding:
    """Something that must be mended before the line may be served."""
    return Finding("error", code, subject, text)


def warning(code: str, subject: Subject, text: str) -> Finding:
    """Something to think about; a waiver with a reason and a date puts up with it."""
    return Finding("warning", code, subject, text)


def node(name: str, *path: str | int) -> Subject:
    """A node's file."""
    return Subject("node", name, path)


def line(*path: str | int) -> Subject:
    """The settings of the line."""
    return Subject("line", "", path)


def prompt(language: str, name: str, sentence: int | None = None) -> Subject:
    """A prompt in one language, or one of its sentences counted from 0."""
    path: Path = ("prompts", name) if sentence is None else ("prompts", name, "says", sentence)
    return Subject("words", language, path)
