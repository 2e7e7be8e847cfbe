"""A saved dialog, replayed step by step with its sounds, each expectation held against what is heard."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ivr.prompts.findings import PromptsError
from ivr.rehearsal.browser.gate import Refused
from ivr.rehearsal.browser.wishes import Wishes
from ivr.rehearsal.dialog import Dialog, saved_call
from ivr.rehearsal.ear import Heard
from ivr.rehearsal.replay import Check, WentAnotherWay, Words, check, check_end, missing_rows, plain
from ivr.rehearsal.standin import Call
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

LARGEST: Final = 20_000
"""Most letters of a file that is replayed."""
Queue = Callable[[], Sequence[dict[str, str]]]
"""The callback requests that were left so far, the first that was made first."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One expectation: what it is, and in which way it went wrong, if it did."""

    what: str
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A dialog, and how to go through it. A place is the number of steps that are behind."""

    dialog: Dialog

    @property
    def wishes(self) -> Wishes:
        """What the story asks for before the call."""
        told = self.dialog
        return Wishes(told.caller, told.transfer, told.whisper, told.now)

    def next(self, place: int) -> Step:
        """What the caller does next. Raises Refused at the end."""
        if place >= len(self.dialog.steps):
            raise Refused("The story is at its end.")
        return self.dialog.steps[place]

    def checks(self, place: int, heard: Sequence[Heard], words: Words) -> tuple[Checked, ...]:
        """What the story expects of what was just heard: every expectation up to the next thing that is done."""
        said = plain(" ".join(one.sound.text for one in heard if one.sound.text))
        wanted: list[Check] = []
        for step in self.dialog.steps[place:]:
            if not isinstance(step, Check):
                break
            wanted.append(step)
        return tuple(_checked(step, said, place + number, words) for number, step in enumerate(wanted, 1))

    def told(self, place: int, checks: Sequence[Checked], call: Call, queue: Queue) -> dict[str, object]:
        """How it goes, as the page takes it."""
        over = place >= len(self.dialog.steps)
        last = [_ending(self.dialog, call), *_left(self.dialog, queue)] if over else []
        return {
            "over": over,
            "checks": [{"what": one.what, "wrong": one.wrong} for one in (*checks, *last)],
            "next": "" if over else doing(self.dialog.steps[place]),
        }


def _checked(step: Check, said: str, number: int, words: Words) -> Checked:
    try:
        check(step, said, number, words)
    except WentAnotherWay as other:
        return Checked(doing(step), str(other))
    except KeyError:
        return Checked(doing(step), f"step {number}: the line has no such words any more")
    return Checked(doing(step))


def _ending(dialog: Dialog, call: Call) -> Checked:
    try:
        check_end(dialog, tuple(call.rang), call.ended_by)
    except WentAnotherWay as other:
        return Checked("The end", str(other))
    return Checked("The end")


def _left(dialog: Dialog, queue: Queue) -> Iterator[Checked]:
    """The callback requests that the story expects to be left behind, where it expects any."""
    if dialog.queue is not None:
        yield Checked("The queue", "; ".join(missing_rows(dialog.queue, queue())))


def doing(step: Step) -> str:
    """A step in plain words."""
    match step:
        case Hears(text=text):
            return f"Hears: {text}"
        case HearsPrompt(prompt=prompt):
            return f"Hears the words of {prompt}"
        case NeverHears(text=text):
            return f"Does not hear: {text}"
        case Presses(keys=keys):
            return f"Presses {keys}"
        case Says(words=words):
            return f"Says: {words}"
        case Waits(times=times):
            return "Stays silent" if times == 1 else f"Stays silent {times} times"
        case LeavesMessage(seconds=seconds):
            return f"Speaks for {seconds} seconds"
        case HangsUp():
            return "Hangs up"
        case CallsAgain():
            return "Rings again"
        case LosesPlace():
            return "The line changes and forgets where the call is"


def story(content: str, file: str) -> Story:
    """The story that a file tells. Raises Refused with the place of each mistake, and what to write instead."""
    if len(content) > LARGEST:
        raise Refused(f"The file has more than {LARGEST:,} letters: it is no call.")
    try:
        return Story(saved_call(content.encode(), file))
    except PromptsError as mistakes:
        raise Refused(str(mistakes)) from mistakes
