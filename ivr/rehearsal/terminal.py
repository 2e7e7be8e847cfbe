"""A call in a terminal: sentences out, keys or words in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ivr.rehearsal.keys import ANY_KEY, hears_keys, hears_words
from ivr.rehearsal.notebook import Notebook
from ivr.rehearsal.standin import Call

HELP: Final = """\
Keys: 0-9, * and #. Anything else is spoken. Enter alone is silence.
  /hangup   end the call (or press Ctrl-D)
  /help     these lines"""

Out = Callable[[str], None]
Ask = Callable[[str], str]
"""Shows a prompt and gives a line; raises EOFError at the end."""


@dataclass(slots=True)
class Terminal:
    """One call with a person, or a script, at the keyboard."""

    call: Call
    out: Out
    notebook: Notebook
    as_json: bool = False
    verbose: bool = False
    after_turn: Callable[[str], None] = lambda document: None  # noqa: ARG005 - nothing to play
    _turns: int = 0
    _sentences: int = 0

    def run(self, ask: Ask) -> None:
        """Dial, then pass lines to the line until the call is over."""
        self.call.dial()
        self._show()
        while not self.call.ended_by:
            try:
                self.answer(ask(self._prompt()))
            except EOFError:
                self.answer("/hangup")
        self._farewell()

    def answer(self, line: str) -> None:
        """Do what one line asks for."""
        text = line.strip()
        if text == "/help":
            self.out(HELP)
            return
        step, value = _meaning(text)
        self.notebook.did(step, value)
        match step:
            case "hangs_up":
                self.call.hang_up()
            case "waits":
                self.call.wait()
            case "press":
                self.call.press(value)
            case _:
                self.call.say(value)
        self._show()

    def _prompt(self) -> str:
        verb = self.call.listens
        if verb is None or self.as_json:
            return ""
        if verb.tag == "Record":
            return "words, then Enter; # ends> "
        ways = [way for way, heard in (("key", hears_keys(verb)), ("words", hears_words(verb))) if heard]
        return " or ".join(ways) + "> "

    def _show(self) -> None:
        fresh, heard = self.call.turns[self._turns :], self.call.heard[self._sentences :]
        self._turns, self._sentences = len(self.call.turns), len(self.call.heard)
        for turn in fresh if self.verbose else ():
            self.out(f"  {turn.path}\n  {turn.body}")
        self._say(heard)
        for turn in fresh:
            self.after_turn(turn.body)
        self.notebook.heard(heard[-1] if heard else "")

    def _say(self, heard: list[str]) -> None:
        if self.as_json:
            state = {"heard": heard, "seconds": round(self.call.seconds, 1), "ended_by": self.call.ended_by}
            self.out(json.dumps(state, ensure_ascii=False))
            return
        for sentence in in_sentences(heard):
            self.out(sentence)

    def _farewell(self) -> None:
        if self.as_json:
            return
        for number in self.call.rang:
            self.out(f"[rang {number}]")
        self.out(f"[the call is over, ended by the {self.call.ended_by}; {self.call.seconds:.0f} seconds]")


def in_sentences(heard: list[str]) -> list[str]:
    """Single words, such as the digits of a number, put on one line; everything else a line each."""
    lines: list[str] = []
    for single, group in groupby(heard, key=lambda text: " " not in text):
        texts = list(group)
        lines += [" ".join(texts)] if single else texts
    return lines


def _meaning(text: str) -> tuple[str, str]:
    if text == "/hangup":
        return "hangs_up", "true"
    if not text:
        return "waits", "true"
    if set(text) <= set(ANY_KEY):
        return "press", text
    return "says", text
