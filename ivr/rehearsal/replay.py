"""Plays a dialog on anything that takes calls, and says in a plain sentence where it went another way."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ivr.rehearsal.dialog import Dialog
from ivr.rehearsal.steps import (
    CallsAgain,
    HangsUp,
    Hears,
    HearsPrompt,
    LeavesMessage,
    LosesPlace,
    NeverHears,
    Presses,
    Says,
    Step,
    Waits,
)

_DIGITS: Final = dict(
    zip(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), "0123456789", strict=True)
)


class WentAnotherWay(Exception):  # noqa: N818 - read aloud: raise WentAnotherWay
    """A dialog did not go as written; the message names the step and what was heard instead."""


Check = Hears | HearsPrompt | NeverHears
"""Steps in which nobody does anything."""
Words = Callable[[str], str]
"""From a prompt's id to its words, placeholders and all."""


def no_words(prompt: str) -> str:
    """For stories that name no prompts."""
    raise WentAnotherWay(f"the words of {prompt} are not known here")


class Phone(Protocol):
    """One call, as a caller has it in the hand. The stand-in is one; the bare engine in the tests is another."""

    def dial(self) -> object:
        """Ring the line."""

    def press(self, keys: str) -> object:
        """Press keys, one after the other."""

    def say(self, words: str, confidence: float | None = None) -> object:
        """Say something."""

    def wait(self) -> object:
        """Stay silent until the line goes on."""

    def leave_message(self, seconds: int) -> object:
        """Speak into a recording, then press hash."""

    def hang_up(self) -> object:
        """End the call."""

    def lose_place(self) -> object:
        """Make the line forget where the call is."""

    @property
    def heard(self) -> Sequence[str]:
        """Every sentence of the call so far."""

    @property
    def rang(self) -> Sequence[str]:
        """Numbers that transfers rang, in order."""

    @property
    def ended_by(self) -> str:
        """Who ended the call; empty while it lasts."""


@dataclass(frozen=True, slots=True)
class Played:
    """A dialog as it went: what was said after each thing that the caller did, all calls in order."""

    said: tuple[str, ...]
    rang: tuple[str, ...]
    ended: str


def play(dialog: Dialog, ring: Callable[[], Phone], words: Words = no_words) -> Played:
    """Play a story; `ring` gives a phone for each call. Raises WentAnotherWay where the line says otherwise."""
    phones = [ring()]
    phones[-1].dial()
    said = [_since(phones[-1], 0)]
    for number, step in enumerate(dialog.steps, start=1):
        if isinstance(step, Check):
            check(step, said[-1], number, words)
            continue
        before = len(phones[-1].heard)
        if isinstance(step, CallsAgain):
            phones.append(ring())
            before = 0
        act(phones[-1], step)
        said.append(_since(phones[-1], before))
    played = Played(tuple(said), tuple(n for phone in phones for n in phone.rang), phones[-1].ended_by)
    check_end(dialog, played.rang, played.ended)
    return played


def act(phone: Phone, step: Step) -> None:
    """Do what a step says that the caller does."""
    match step:
        case Presses(keys=keys):
            phone.press(keys)
        case Says(words=words, confidence=confidence):
            phone.say(words, confidence)
        case Waits(times=times):
            for _ in range(times):
                phone.wait()
        case LeavesMessage(seconds=seconds):
            phone.leave_message(seconds)
        case HangsUp():
            phone.hang_up()
        case LosesPlace():
            phone.lose_place()
        case _:
            phone.dial()


def _since(phone: Phone, before: int) -> str:
    return plain(" ".join(phone.heard[before:]))


def plain(text: str) -> str:
    """Text with single spaces, its digits as digits: a voice reads them, a sound file has them as words."""
    return " ".join(_DIGITS.get(word, word) for word in text.split())


def check(step: Check, said: str, number: int, words: Words) -> None:
    """Hold what was said since the caller last did something against one step. Raises WentAnotherWay."""
    match step:
        case Hears(text=text):
            wrong = "" if plain(text) in said else f"did not hear {text!r}"
        case HearsPrompt(prompt=prompt):
            wrong = "" if _pattern(words(prompt)).search(said) else f"did not hear {prompt}: {words(prompt)!r}"
        case NeverHears(text=text):
            wrong = f"heard {text!r}" if plain(text) in said else ""
    if wrong:
        raise WentAnotherWay(f"step {number}: {wrong} in: {said}")


def _pattern(text: str) -> re.Pattern[str]:
    pieces = re.split(r"\{\w+\}", plain(text))
    return re.compile(".+?".join(re.escape(piece) for piece in pieces))


def check_end(dialog: Dialog, rang: tuple[str, ...], ended: str) -> None:
    """Hold the numbers that were rung, and who ended the call, against the story. Raises WentAnotherWay."""
    if dialog.rang is not None and rang != dialog.rang:
        raise WentAnotherWay(f"rang {list(rang)}, not {list(dialog.rang)}")
    if dialog.ended and ended != dialog.ended:
        raise WentAnotherWay(f"the call was ended by {ended or 'nobody yet'}, not by the {dialog.ended}")


def missing_rows(wanted: Sequence[dict[str, str]], rows: Sequence[dict[str, str]]) -> Iterator[str]:
    """Where the callback requests left behind are not the wanted ones; only the values named in `wanted` count."""
    if len(wanted) != len(rows):
        yield f"{len(rows)} callback requests, not {len(wanted)}"
    for number, (one, row) in enumerate(zip(wanted, rows, strict=False), start=1):
        for name, value in one.items():
            if row.get(name, "") != value:
                yield f"request {number}: {name} is {row.get(name, '')!r}, not {value!r}"
