"""Writes a call down as a dialog file, so that a good call becomes a test."""

import json
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Notebook:
    """What the caller did, step by step, and what was heard after it."""

    caller: str
    transfer: tuple[str, ...]
    whisper: str = "1"
    now: datetime | None = None
    steps: list[tuple[str, str]] = field(default_factory=list)

    def heard(self, text: str) -> None:
        """Note the words of a turn: the last sentence is enough to know it by."""
        if text:
            self.steps.append(("hears", text))

    def did(self, step: str, text: str) -> None:
        """Note something the caller did, by its name in the format."""
        self.steps.append((step, text))

    def text(self, story: str, rang: list[str], ended: str) -> str:
        """The dialog as YAML. Everything is quoted, so nothing is taken for something else."""
        lines = [
            f"story: {_quoted(story)}",
            f"caller: {_quoted(self.caller)}",
            *([f"now: {_quoted(self.now.isoformat())}"] if self.now else []),
            f"whisper: {_quoted(self.whisper)}",
            f"transfer: [{', '.join(_quoted(name) for name in self.transfer)}]",
            "steps:",
            *(f"  - {step}: {_quoted(text)}" for step, text in self.steps),
            f"rang: [{', '.join(_quoted(number) for number in rang)}]",
            *([f"ended: {_quoted(ended)}"] if ended else []),
        ]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
