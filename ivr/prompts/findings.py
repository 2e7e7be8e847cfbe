"""What the reader found wrong, and where: one line for an author each."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend. Findings sort by file, then by place."""

    file: str
    line: int
    column: int
    text: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """`file:line:column: text`, as editors and compilers write it."""
        mark = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.text}"


def found(file: str, place: Place, text: str) -> Finding:
    """A mistake at a place of a file."""
    return Finding(file, place.line, place.column, text)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


class PromptsError(Exception):
    """The files of `prompts/` cannot be used. `findings` holds all mistakes of all files; str() is one a line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(map(str, self.findings)))
