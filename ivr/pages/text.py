"""The whole line as plain text, for print and for staff; and the same as plain values, for a machine."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date

from ivr.flow.pace import SLOW_WAIT, WAITS
from ivr.pages.book import Book, age
from ivr.pages.headings import FEWEST_WORDS
from ivr.pages.sentences import Told
from ivr.pages.stops import Block, Onward, Spoken, Stop
from ivr.pages.ways import label

WIDTH = 72
"""Columns of plain text."""

KEYS = (
    ("0", "A person. If nobody answers, the caller can ask to be called back."),
    ("*", "Again. Star twice: again, more slowly, and slowly from then on."),
    ("#", "Done here: it ends a number or a message, skips to the end of a leaflet, and goes back from a question."),
)
"""The keys that work everywhere."""

_TIMES = {2: "twice", 3: "three times"}

SILENCE = (
    f"The line waits {WAITS[0]} seconds for an answer. When it hears nothing it says so, and says its words again. "
    f"It then waits {WAITS[1]} seconds, and after that {WAITS[2]} seconds, which is time enough for text relay. "
    f"Only then does it bring a person. When it speaks more slowly, every wait is {_TIMES[SLOW_WAIT]} as long."
)
"""What happens on silence, once for all nodes."""

WRONG = (
    "After a key or a word that is no choice, the line says so and lets the caller try again; then it brings a person."
)
"""What happens on a key or word that is no choice."""

LEAFLETS = "In a leaflet, the line stops after each part: 1 goes on, and 2 goes back to the part before."


def as_text(book: Book, today: date) -> str:
    """The book in lines of at most 72 columns."""
    lines = [*_front(book, today)]
    for chapter in book.chapters:
        lines += ["", f"{chapter.number}. {chapter.title}".upper(), "=" * WIDTH]
        for entry in chapter.entries:
            lines += _stop(book, book.stops[entry.node])
    lines += ["", "SAID ANYWHERE", "=" * WIDTH, *_block_lines(book, book.anywhere), *_facts(book)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _front(book: Book, today: date) -> Iterator[str]:
    line = book.flow.line
    yield from _wrapped(f"{line.name}: everything this line says ({book.language})")
    if book.draft:
        yield from ("", *_wrapped("DRAFT. These words are not approved. They are said to nobody."))
    days = age(line.guidance_dated, today)
    yield from ("", *_wrapped(f"The guidance was last updated on {book.dated}, {days} ago."))
    yield from _wrapped(f"Telephone of both councils: {book.phone}")
    yield from ("", "WHAT WORKS EVERYWHERE", "=" * WIDTH)
    for key, meaning in KEYS:
        yield from _wrapped(meaning, f"  {key}  ", " " * 5)
    yield from _wrapped("Callers can also say what they want.")
    yield from ("", *_wrapped(SILENCE), "", *_wrapped(WRONG))
    yield from (*_block_lines(book, book.failures), "", *_wrapped(LEAFLETS))


def _stop(book: Book, stop: Stop) -> Iterator[str]:
    yield from ("", *_wrapped(stop.entry.heading, f"{stop.entry.number} ", " " * 4), "-" * WIDTH)
    if stop.remark:
        yield from _wrapped(f"({stop.remark})")
    yield from _block_lines(book, stop.blocks)
    for onward in stop.ways:
        yield from _wrapped(_onward(onward), "  > ", " " * 4)


def _onward(onward: Onward) -> str:
    words = " ".join(sentence.text for sentence in onward.sentences) or f"{onward.way.when}:"
    who = f" (only {onward.way.who})" if onward.way.who else ""
    return f"{words}{who} → {onward.entry.number} {onward.entry.heading}"


def _block_lines(book: Book, blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.label:
            yield from ("", *_wrapped(f"{block.label}:"))
        for spoken in block.spoken:
            if spoken.remark:
                yield from _wrapped(f"({spoken.remark})", "  ", "  ")
            yield from (line for told in spoken.sentences for line in _wrapped(_cited(book, told), "  ", "  "))


def _cited(book: Book, told: Told) -> str:
    numbers = [str(book.grounds[fact].number) for fact in told.facts if fact in book.grounds]
    return f"{told.text} [{', '.join(numbers)}]" if numbers else told.text


def map_text(book: Book) -> str:
    """The flow as text: each stop, what it says in short, and where each key or event leads."""
    lines = [f"{book.flow.line.name}: map of a call"]
    for chapter in book.chapters:
        lines += ["", f"{chapter.number}. {chapter.title}".upper(), "=" * WIDTH]
        for entry in chapter.entries:
            lines += ["", *_wrapped(f"{entry.heading} ({book.stops[entry.node].kind})", f"{entry.number} ", " " * 4)]
            lines += _wrapped(short(book.stops[entry.node]), " " * 4, " " * 4)
            for onward in book.stops[entry.node].ways:
                there = f"{way_label(book, onward)} → {onward.entry.number} {onward.entry.heading}"
                lines += _wrapped(there, f"{onward.way.key or '·':>4}  ", " " * 6)
    return "\n".join(lines)


def short(stop: Stop) -> str:
    """What a stop says first, in one or two sentences; a remark where it says nothing."""
    told = [told.text for block in stop.blocks for spoken in block.spoken for told in spoken.sentences]
    first = next((number for number, text in enumerate(told) if len(text.split()) >= FEWEST_WORDS), 0)
    text = " ".join(told[: first + 1])
    return text or stop.remark


def way_label(book: Book, onward: Onward) -> str:
    """What takes a way, for a list: the name of the choice, or the event; and who alone has it."""
    name = label(book.flow, onward.way, book.language) if onward.way.key else onward.way.when
    who = f" (only {onward.way.who})" if onward.way.who else ""
    return name[:1].upper() + name[1:] + who


def _facts(book: Book) -> Iterator[str]:
    yield from ("", "THE FACTS BEHIND THE WORDS", "=" * WIDTH)
    yield from _wrapped(f"From the councils' guidance of {book.dated}.")
    for grounds in book.grounds.values():
        told = ", ".join(entry.number for entry in grounds.told)
        yield from _wrapped(f"{grounds.fact.fact} Told in {told}.", f"{grounds.number:>3}. ", " " * 5)


def _wrapped(text: str, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def as_values(book: Book, today: date) -> dict[str, object]:
    """The book for a machine: nested lists and text only."""
    line = book.flow.line
    return {
        "line": line.name,
        "language": book.language,
        "draft": book.draft,
        "guidance_dated": line.guidance_dated.isoformat(),
        "guidance_age": age(line.guidance_dated, today),
        "phone": line.ringing.number,
        "failures": _values(book.failures),
        "anywhere": _values(book.anywhere),
        "nodes": [_stop_values(stop) for stop in book.stops.values()],
        "facts": [{"id": one.fact.id, "fact": one.fact.fact} for one in book.grounds.values()],
    }


def _stop_values(stop: Stop) -> dict[str, object]:
    return {
        "node": stop.entry.node,
        "number": stop.entry.number,
        "heading": stop.entry.heading,
        "kind": stop.kind,
        "remark": stop.remark,
        "says": _values(stop.blocks),
        "ways": [_way_values(onward) for onward in stop.ways],
    }


def _way_values(onward: Onward) -> dict[str, object]:
    way = onward.way
    says = " ".join(sentence.text for sentence in onward.sentences)
    return {"key": way.key, "says": says, "when": way.when, "who": way.who, "goto": way.goto}


def _values(blocks: Iterable[Block]) -> list[dict[str, object]]:
    return [
        {
            "when": block.label,
            "prompt": spoken.say.prompt if spoken.say else "",
            "remark": spoken.remark,
            **_told(spoken),
        }
        for block in blocks
        for spoken in block.spoken
    ]


def _told(spoken: Spoken) -> dict[str, object]:
    return {"sentences": [{"text": told.text, "facts": list(told.facts)} for told in spoken.sentences]}
