"""The words that mean something at one prompt: choices, commands and numbers, ready to be found in speech."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ivr.flow.speechways import Speechways

Numbers = tuple[tuple[str, tuple[str, ...]], ...]
Kind = Literal["phrase", "refusing", "number", "carried", "sound_alike"]
"""How a phrase means its choice.

`refusing`: "no" said with a negation. `number`: a bare number or place in the list. `carried`: "option two".
`sound_alike`: "to" for "two".
"""

DISTINCT = 5
"""Letters that a word needs to stand for a longer phrase, or to be mended."""

_APOSTROPHES = re.compile("['’‘ʼ`´]")
_WORD = re.compile(r"(?:[^\W\d_]|[0-9])+")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a caller may choose: an option (its `hears` and `name`) with its key, or a universal command."""

    id: str
    phrases: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a phrase: a choice by its place, and how the phrase means it."""

    choice: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class SmallWords:
    """The phrases of a `Speechways`, by their first word, longest first."""

    polite: Mapping[str, tuple[tuple[str, ...], ...]]
    fillers: Mapping[str, tuple[tuple[str, ...], ...]]
    asides: Mapping[str, tuple[tuple[str, ...], ...]]
    idioms: Mapping[str, tuple[tuple[str, ...], ...]]
    negations: Mapping[str, tuple[tuple[str, ...], ...]]
    breaks: Mapping[str, tuple[tuple[str, ...], ...]]
    retractions: Mapping[str, tuple[tuple[str, ...], ...]]
    alternatives: Mapping[str, tuple[tuple[str, ...], ...]]
    pointers: frozenset[str]
    pronouns: frozenset[str]
    lookalikes: frozenset[str]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that means something at one prompt. Phrases are joined: `call back` and `callback` are one."""

    choices: tuple[Choice, ...]
    options: int
    whole: Mapping[str, Sense]
    loose: Mapping[str, Sense]
    bags: tuple[tuple[frozenset[str], int], ...]
    words: Mapping[str, frozenset[str]]
    yes: frozenset[int]
    no: frozenset[int]
    longest: int


def words_of(text: str, ways: Speechways) -> tuple[str, ...]:
    """The words of a text, as every comparison sees them: no case, accents, apostrophes, plural or known mishearing."""
    mended = misheard(ways)
    return tuple(mended.get(word, word) for word in _plain(text, ways.plural))


def _plain(text: str, plural: str) -> Iterator[str]:
    plain = text if text.isascii() else _without_accents(text)
    for word in _WORD.findall(_APOSTROPHES.sub("", plain).casefold()):
        yield _singular(word, plural)


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _singular(word: str, plural: str) -> str:
    ends = plural and len(word) > len(plural) + 2 and word.endswith(plural) and not word.endswith(plural * 2)
    return word[: -len(plural)] if ends else word


@lru_cache(maxsize=8)
def misheard(ways: Speechways) -> Mapping[str, str]:
    """What recognisers write, and what was said."""
    return {_singular(wrong, ways.plural): right for wrong, right in ways.misheard}


@lru_cache(maxsize=8)
def small_words(ways: Speechways) -> SmallWords:
    """The small words of a language, ready for looking up."""
    tables = {
        name: _by_first_word(getattr(ways, name), ways)
        for name in ("polite", "fillers", "asides", "idioms", "negations", "breaks", "retractions", "alternatives")
    }
    known = {word for table in tables.values() for phrases in table.values() for phrase in phrases for word in phrase}
    return SmallWords(
        **tables,
        pointers=frozenset(_each_word(ways.pointers, ways)),
        pronouns=frozenset(_each_word(ways.pronouns, ways)),
        lookalikes=frozenset(_each_word(ways.lookalikes, ways)),
        known=frozenset(known),
    )


def _each_word(phrases: Iterable[str], ways: Speechways) -> Iterator[str]:
    for phrase in phrases:
        yield from words_of(phrase, ways)


def _by_first_word(phrases: Iterable[str], ways: Speechways) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for words in {words_of(phrase, ways) for phrase in phrases}:
        table.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in table.items()}


def spans(words: Sequence[str], table: Mapping[str, tuple[tuple[str, ...], ...]]) -> tuple[int, ...]:
    """Where phrases of a table stand, as bit masks over the words; the longest wins, none overlap."""
    found, at = [], 0
    while at < len(words):
        size = next((len(p) for p in table.get(words[at], ()) if tuple(words[at : at + len(p)]) == p), 0)
        if size:
            found.append(((1 << size) - 1) << at)
        at += size or 1
    return tuple(found)


def within(mask: int, words: Sequence[str]) -> list[str]:
    """The words under a mask."""
    return [word for at, word in enumerate(words) if mask >> at & 1]


def content(words: Sequence[str], small: SmallWords) -> tuple[str, ...]:
    """The words without politeness and fillers."""
    kept = (1 << len(words)) - 1
    for mask in (*spans(words, small.polite), *spans(words, small.fillers)):
        kept &= ~mask
    return tuple(within(kept, words))


@lru_cache(maxsize=256)
def vocabulary(
    choices: tuple[Choice, ...], commands: tuple[Choice, ...], numbers: Numbers, ways: Speechways
) -> Vocabulary:
    """What can be meant at a prompt. The author's own phrases win over added ones, options over commands."""
    everything = (*choices, *commands)
    small, phrases = small_words(ways), [_own(choice, ways) for choice in everything]
    yes, no = (frozenset(at for at, own in enumerate(phrases) if (head,) in own) for head in (ways.yes, ways.no))
    whole: dict[str, Sense] = {}
    longest = 1
    order = [*range(len(choices), len(everything)), *range(len(choices))]
    added = [(at, words) for at in order for words in _added(phrases[at], ways)]
    for at, words in [*((at, words) for at, own in enumerate(phrases) for words in own), *added]:
        refusing = at in no and bool(spans(words, small.negations))
        whole.setdefault("".join(words), Sense(at, "refusing" if refusing else "phrase"))
        longest = max(longest, len(words))
    for phrase, sense in _numbered(everything, numbers, ways):
        whole.setdefault("".join(words_of(phrase, ways)), sense)
    loose, bags = _loosened(phrases, small)
    return Vocabulary(
        everything, len(choices), whole, loose, bags, _repairable(phrases), yes, no, min(max(longest, 4), 9)
    )


def _own(choice: Choice, ways: Speechways) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(words for phrase in choice.phrases if (words := words_of(phrase, ways))))


def _added(own: tuple[tuple[str, ...], ...], ways: Speechways) -> Iterator[tuple[str, ...]]:
    for group in ways.same:
        if words_of(group[0], ways) in own:
            yield from (words_of(phrase, ways) for phrase in group)


def _loosened(
    phrases: Sequence[tuple[tuple[str, ...], ...]], small: SmallWords
) -> tuple[Mapping[str, Sense], tuple[tuple[frozenset[str], int], ...]]:
    """Phrases without their fillers: in order, and (two words and more, no negation) in any order."""
    loose: dict[str, Sense] = {}
    bags: dict[tuple[frozenset[str], int], None] = {}
    for at, own in enumerate(phrases):
        for words in own:
            kept = content(words, small)
            if len(kept) > 1 or (kept and len(kept[0]) >= DISTINCT):
                loose.setdefault("".join(kept), Sense(at, "phrase"))
            if len(set(kept)) > 1 and not spans(words, small.negations):
                bags[frozenset(kept), at] = None
    return loose, tuple(bags)


def _repairable(phrases: Sequence[tuple[tuple[str, ...], ...]]) -> Mapping[str, frozenset[str]]:
    """Words long enough that a slip in one still shows which it is, each with its letters."""
    every = {word for own in phrases for words in own for word in (*words, "".join(words[:2]))}
    return {word: frozenset(word) for word in sorted(every) if len(word) >= DISTINCT}


def _numbered(everything: Sequence[Choice], numbers: Numbers, ways: Speechways) -> Iterator[tuple[str, Sense]]:
    """Every way of saying the key of a choice."""
    keyed = {choice.key: at for at, choice in enumerate(everything) if choice.key}
    for key, names in (*numbers, *ways.numbers, *ways.ordinals):
        if key in keyed:
            yield from _ways_to_say(names, keyed[key], ways)
    for key, names in ways.sound_alikes:
        if key in keyed:
            yield from ((name, Sense(keyed[key], "sound_alike")) for name in names)
            yield from ((f"{c} {name}", Sense(keyed[key], "sound_alike")) for c in ways.carriers for name in names)
    if keyed:
        last = keyed[max(key for key in keyed)]
        yield from ((name, Sense(last, "number")) for name in ways.last)


def _ways_to_say(names: Iterable[str], choice: int, ways: Speechways) -> Iterator[tuple[str, Sense]]:
    alike = {name for _, names in ways.sound_alikes for name in names}
    for name in names:
        kind: Kind = "sound_alike" if name in alike else "number" if len(name.split()) == 1 else "carried"
        yield name, Sense(choice, kind)
        if kind == "number":
            yield from ((f"{carrier} {name}", Sense(choice, "carried")) for carrier in ways.carriers)
