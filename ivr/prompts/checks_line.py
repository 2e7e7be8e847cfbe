"""Checks of line.yaml: the number that is rung, the hours, the promise, the languages."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from ivr.flow.line import Line
from ivr.flow.nodes import Menu
from ivr.numbers import caller_kind, ringable
from ivr.prompts.draft import Draft
from ivr.prompts.findings import Finding
from ivr.prompts.folder import LANGUAGE

RING_SECONDS: Final = range(20, 61)
CALLBACK_DAYS: Final = range(1, 11)
MOST_TRIES: Final = 3
LINE: Final = "line.yaml"

Wrong = tuple[tuple[str | int, ...], str]
"""Where in the file, and what."""


def line(draft: Draft) -> Iterator[Finding]:
    """What is wrong with the settings of the line."""
    if draft.line is None:
        return
    for check in (_ringing, _tries, _hours, _overlaps, _notice, _days):
        for path, text in check(draft.line):
            yield draft.wrong(LINE, path, text)
    yield from _languages(draft, draft.line)
    resume = draft.nodes.get(draft.line.resume) if draft.line.resume else None
    if resume and not (isinstance(resume, Menu) and resume.yes_no):
        yield draft.wrong(LINE, ("resume",), f"'{draft.line.resume}' is no yes-or-no menu, and 'resume' asks yes or no")


def _ringing(settings: Line) -> Iterator[Wrong]:
    ringing = settings.ringing
    if not is_uk_landline(ringing.number):
        text = "is no number to ring: a UK number that starts 01, 02 or 03, written as +441604367125"
        yield ("ringing", "number"), f"'{ringing.number}' {text}"
    if ringing.seconds not in RING_SECONDS:
        wanted = f"'seconds' is {RING_SECONDS[0]} to {RING_SECONDS[-1]}"
        yield ("ringing", "seconds"), f"{wanted}, found {ringing.seconds}"


def is_uk_landline(number: str) -> bool:
    """Whether a number in international form is a UK 01, 02 or 03 number: never premium, personal, mobile or short."""
    return ringable(number) == number and caller_kind(number) == "landline"


def _tries(settings: Line) -> Iterator[Wrong]:
    if len(settings.no_input) > MOST_TRIES:
        yield ("no_input",), f"{len(settings.no_input)} tries; at most {MOST_TRIES}, then a person"
    if len(settings.no_match) != len(settings.no_input):
        counts = f"{len(settings.no_match)} and {len(settings.no_input)}"
        yield ("no_match",), f"'no_match' and 'no_input' are the number of tries, so as long as each other: {counts}"


def _hours(settings: Line) -> Iterator[Wrong]:
    for number, opening in enumerate(settings.hours):
        if opening.opens >= opening.closes:
            yield ("hours", number, "closes"), f"closes at {opening.closes:%H:%M}, not after {opening.opens:%H:%M}"
        if len(set(opening.days)) != len(opening.days):
            yield ("hours", number, "days"), "a day is given twice; keep one"


def _overlaps(settings: Line) -> Iterator[Wrong]:
    """Two rows of hours for the same time of the same day: one of them is a slip."""
    for number, later in enumerate(settings.hours):
        for earlier in settings.hours[:number]:
            both = [day for day in later.days if day in earlier.days]
            if both and earlier.opens < later.closes and later.opens < earlier.closes:
                shown = f"{earlier.opens:%H:%M} to {earlier.closes:%H:%M}"
                yield ("hours", number), f"overlaps the hours of {both[0]} above, {shown}; make them one"


def _notice(settings: Line) -> Iterator[Wrong]:
    notice = settings.notice
    if notice and notice.ends < notice.starts:
        yield ("notice", "ends"), f"the notice ends on {notice.ends}, before it starts on {notice.starts}"


def _days(settings: Line) -> Iterator[Wrong]:
    if settings.callback_days not in CALLBACK_DAYS:
        wanted = f"'callback_days' is {CALLBACK_DAYS[0]} to {CALLBACK_DAYS[-1]}"
        yield ("callback_days",), f"{wanted}, found {settings.callback_days}"


def _languages(draft: Draft, settings: Line) -> Iterator[Finding]:
    for number, language in enumerate(settings.languages):
        path = ("languages", number)
        if not LANGUAGE.fullmatch(language):
            yield draft.wrong(LINE, path, f"'{language}' is no language; write it as en-GB")
        elif f"words/{language}.yaml" not in draft.notes:
            yield draft.wrong(LINE, path, f"no words for '{language}': write words/{language}.yaml")
        elif language in settings.languages[:number]:
            yield draft.wrong(LINE, path, f"'{language}' is given twice; keep one")
    first = draft.words.get(settings.languages[0])
    if first and first.status != "approved":
        yield draft.wrong(
            f"words/{settings.languages[0]}.yaml", ("status",), "the line's first language must be approved"
        )
    for file in draft.notes:
        if file.startswith("words/") and PurePath(file).stem not in settings.languages:
            yield draft.wrong(
                file,
                (),
                f"'{PurePath(file).stem}' is not among the languages of line.yaml; add it, or remove this file",
            )
