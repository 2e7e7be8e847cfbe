"""The whole line as a book: chapters of stops, what is said anywhere, and the facts of the guidance."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from ivr.flow.line import Flow, Phrases
from ivr.flow.nodes import NodeId
from ivr.flow.script import script
from ivr.flow.spoken import dated, digits_of
from ivr.flow.turn import Say
from ivr.flow.wording import Fact, FactId
from ivr.pages.chapters import Chapter, Entry, chapters
from ivr.pages.sentences import Reader
from ivr.pages.stops import Block, Spoken, Stop, read, stop

MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Grounds:
    """A fact, its number on the page, and the entries where it is told."""

    number: int
    fact: Fact
    told: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All that the line says in one language, and the way through it.

    `failures` are the words after silence and after what is no choice, `anywhere` those that belong to no one place.
    """

    flow: Flow
    language: str
    chapters: tuple[Chapter, ...]
    stops: dict[NodeId, Stop]
    failures: tuple[Block, ...]
    anywhere: tuple[Block, ...]
    grounds: dict[FactId, Grounds]

    @property
    def draft(self) -> bool:
        """Whether these words are said to nobody yet."""
        return self.flow.words[self.language].status != "approved"

    @property
    def phone(self) -> str:
        """The councils' number as people write it: `01604 367 125`."""
        return written(self.flow.line.ringing.number)

    @property
    def dated(self) -> str:
        """The day of the guidance in words."""
        return dated(self.flow.line.guidance_dated, "en-GB")


def book(flow: Flow, language: str) -> Book:
    """The whole line in one language. Raises KeyError for a language that the flow does not have."""
    reader = Reader(flow, flow.line.languages[0] if language not in flow.words else language)
    if language not in flow.words:
        raise KeyError(language)
    parts = chapters(flow, reader)
    entries = {entry.node: entry for chapter in parts for entry in chapter.entries}
    stops = {name: stop(reader, entries, name) for name in entries}
    failures, said = tuple(_failures(reader)), tuple(_anywhere(reader))
    anywhere = (*said, *_rest(reader, [*failures, *said], stops))
    return Book(flow, language, parts, stops, failures, anywhere, _grounds(flow, stops))


def written(number: str) -> str:
    """A number in international form as people here write it: `01604 367 125`."""
    return " ".join(group.replace(" ", "") for group in digits_of(number).split(", "))


def age(day: date, today: date) -> str:
    """How long ago a day was, in whole years and months: `3 years and 6 months`."""
    months = max(0, (today.year - day.year) * MONTHS_A_YEAR + today.month - day.month - (today.day < day.day))
    pieces = [_count(months // MONTHS_A_YEAR, "year"), _count(months % MONTHS_A_YEAR, "month")]
    return " and ".join(piece for piece in pieces if piece) or "less than a month"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


_PHRASES: Final = {
    "slower": "After star twice, before the same words more slowly",
    "normal": "When a caller asks for the usual pace",
    "restart": "When the line does not know any more where in the call it was",
    "yes_or_no": "After a question such as “Did you say …?”",
    "more_time": "When a caller asks for more time",
    "waiting": "When nobody could be reached, and the caller stays silent",
    "go_on": "After the first part of a leaflet",
    "not_noted": "When an answer could not be stored",
    "whisper": "To the person who answers, before the call is put through",
    "help": "When a caller asks for help where there are no other words for it",
}
_FILLED: Final = frozenset({"did_you_say", "where"})
"""Phrases that hold a name or a place: each of their forms is listed."""


def _failures(reader: Reader) -> Iterator[Block]:
    line = reader.flow.line
    yield Block("After silence, one a try", tuple(read(reader, Say(prompt)) for prompt in line.no_input))
    no_match = tuple(read(reader, Say(prompt)) for prompt in line.no_match)
    yield Block("After a key or word that is no choice, one a try", no_match)


def _anywhere(reader: Reader) -> Iterator[Block]:
    line = reader.flow.line
    if line.notice:
        yield Block("First of all, while it lasts", (read(reader, Say(line.notice.says)),))
    for name in (one.name for one in fields(Phrases)):
        if name not in _FILLED:
            label = _PHRASES.get(name, name.replace("_", " ").capitalize())
            yield Block(label, (read(reader, Say(getattr(line.phrases, name))),))


def _rest(reader: Reader, said: list[Block], stops: dict[NodeId, Stop]) -> Iterator[Block]:
    """Whatever the script has besides, so that nothing is said that the page does not show."""
    shown = _shown([*(block for one in stops.values() for block in one.blocks), *said])
    shown |= {onward.way.offer for one in stops.values() for onward in one.ways if onward.way.offer}
    left = [line.say for line in script(reader.flow, reader.language) if line.say not in shown]
    asked = [say for say in left if say.option]
    places = [say for say in left if say.place]
    others = [say for say in left if not say.option and not say.place]
    digits = [say for say in others if say.prompt.startswith("digit.")]
    labels = (
        ("When the line is not sure what a caller said", asked),
        ("When a caller asks where they are in a leaflet", places),
        ("Digits, to read numbers back", digits),
        ("Said besides", [say for say in others if say not in digits]),
    )
    for label, says in labels:
        texts = {reader.text(say): say for say in says}
        if texts:
            yield Block(label, tuple(read(reader, say) for say in texts.values()))


def _shown(blocks: list[Block]) -> set[Say]:
    return {spoken.say for block in blocks for spoken in block.spoken if spoken.say}


def _grounds(flow: Flow, stops: dict[NodeId, Stop]) -> dict[FactId, Grounds]:
    """The facts that callers may be told, numbered in the order of the guidance."""
    told = [fact for fact in flow.facts.values() if fact.spoken != "staff"]
    return {fact.id: Grounds(number, fact, _where(stops, fact.id)) for number, fact in enumerate(told, 1)}


def _where(stops: dict[NodeId, Stop], fact: FactId) -> tuple[Entry, ...]:
    return tuple(one.entry for one in stops.values() if fact in _facts(one))


def _facts(one: Stop) -> set[FactId]:
    spoken: list[Spoken] = [spoken for block in one.blocks for spoken in block.spoken]
    offers = (sentence for onward in one.ways for sentence in onward.sentences)
    sentences = (*(sentence for each in spoken for sentence in each.sentences), *offers)
    return {fact for sentence in sentences for fact in sentence.facts}
