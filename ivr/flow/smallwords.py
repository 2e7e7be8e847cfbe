"""Text as words that can be compared, and the small words of a language among them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ivr.flow.speechways import Speechways

_APOSTROPHES = re.compile("['’‘ʼ`´]")
_WORD = re.compile(r"(?:[^\W\d_]|[0-9])+")


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


def words_of(text: str, ways: Speechways) -> tuple[str, ...]:
    """The words of a text, as every comparison sees them: no case, accents, apostrophes, plural or known mishearing."""
    mended, short = misheard(ways), contractions(ways)
    words: list[str] = []
    for word in _plain(text, ways.plural):
        joined = short.get((words[-1], word)) if words else None
        words[len(words) - bool(joined) :] = [joined or mended.get(word, word)]
    return tuple(words)


@lru_cache(maxsize=8192)
def phrase_of(text: str, ways: Speechways) -> tuple[str, ...]:
    """The words of one of the line's own phrases, worked out once; what callers say is never kept here."""
    return words_of(text, ways)


def _plain(text: str, plural: str) -> Iterator[str]:
    plain = text if text.isascii() else _without_accents(text)
    for word in _WORD.findall(_APOSTROPHES.sub("", plain).casefold()):
        yield _singular(word, plural)


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _singular(word: str, plural: str) -> str:
    ends = plural and len(word) > len(plural) + 2 and word.endswith(plural)
    return word[: -len(plural)] if ends else word


@lru_cache(maxsize=8)
def contractions(ways: Speechways) -> Mapping[tuple[str, str], str]:
    """Two words and their short form."""
    return {pair: _singular(word, ways.plural) for word, pair in ways.contractions}


@lru_cache(maxsize=8)
def misheard(ways: Speechways) -> Mapping[str, str]:
    """What recognisers write, and what was said."""
    return {_singular(wrong, ways.plural): right for right, every in ways.misheard for wrong in every}


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
