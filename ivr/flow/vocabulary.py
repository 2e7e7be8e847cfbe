"""The words that mean something at one prompt: choices, commands and numbers, ready to be found in speech."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ivr.flow.smallwords import SmallWords, content, phrase_of, small_words, spans
from ivr.flow.speechways import Speechways

Numbers = tuple[tuple[str, tuple[str, ...]], ...]
Kind = Literal["phrase", "refusing", "number", "carried", "sound_alike"]
"""How a phrase means its choice.

`refusing`: "no" said with a negation. `number`: a bare number or place in the list. `carried`: "option two".
`sound_alike`: "to" for "two".
"""

DISTINCT = 5
"""Letters that a word needs to stand for a longer phrase, or to be mended."""


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
class Vocabulary:
    """Everything that means something at one prompt. Phrases are joined: `call back` and `callback` are one."""

    choices: tuple[Choice, ...]
    options: int
    whole: Mapping[str, Sense]
    loose: Mapping[str, Sense]
    bags: tuple[tuple[frozenset[str], int], ...]
    spelled: frozenset[str]
    words: Mapping[int, tuple[tuple[str, int], ...]]
    yes: frozenset[int]
    no: frozenset[int]
    longest: int


@lru_cache(maxsize=256)
def vocabulary(
    choices: tuple[Choice, ...], commands: tuple[Choice, ...], numbers: Numbers, ways: Speechways
) -> Vocabulary:
    """What can be meant at a prompt. The author's own phrases win over added ones, options over commands."""
    everything = _answered(choices, commands, ways)
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
    for phrase, sense in _numbered(everything, len(choices), numbers, ways):
        whole.setdefault("".join(phrase_of(phrase, ways)), sense)
    loose, bags = _loosened(phrases, small)
    spelled = frozenset(word for own in phrases for words in own for word in (*words, "".join(words[:2])))
    return Vocabulary(
        choices=everything,
        options=len(choices),
        whole=whole,
        loose=loose,
        bags=bags,
        spelled=spelled,
        words=_by_length(spelled),
        yes=yes,
        no=no,
        longest=min(max(longest, 4), 9),
    )


def _answered(options: Sequence[Choice], commands: Sequence[Choice], ways: Speechways) -> tuple[Choice, ...]:
    """Options, then commands. Where yes and no are options, the commands of that meaning are more words for them."""
    found = list(options)
    for head in (ways.yes, ways.no):
        same = [command for command in commands if head in command.phrases]
        at = next((at for at, option in enumerate(found) if head in option.phrases), None)
        if at is not None:
            more = (phrase for command in same for phrase in command.phrases)
            found[at] = replace(found[at], phrases=(*found[at].phrases, *more))
            commands = [command for command in commands if command not in same]
    return (*found, *commands)


def _own(choice: Choice, ways: Speechways) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(words for phrase in choice.phrases if (words := phrase_of(phrase, ways))))


def _added(own: tuple[tuple[str, ...], ...], ways: Speechways) -> Iterator[tuple[str, ...]]:
    for group in ways.same:
        if phrase_of(group[0], ways) in own:
            yield from (phrase_of(phrase, ways) for phrase in group)


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


def _by_length(spelled: Iterable[str]) -> Mapping[int, tuple[tuple[str, int], ...]]:
    """Words long enough that a slip in one still shows which it is, by their length, each with its letters."""
    sizes: dict[int, list[tuple[str, int]]] = {}
    for word in sorted(spelled):
        if len(word) >= DISTINCT:
            sizes.setdefault(len(word), []).append((word, letters_of(word)))
    return {size: tuple(found) for size, found in sizes.items()}


def letters_of(word: str) -> int:
    """The letters of a word as a bit mask: a quick look at whether two words can be alike."""
    mask = 0
    for letter in word:
        mask |= 1 << ord(letter) % 31
    return mask


def _numbered(
    everything: Sequence[Choice], options: int, numbers: Numbers, ways: Speechways
) -> Iterator[tuple[str, Sense]]:
    """Every way of saying the key of a choice; the last one is an option, never a command."""
    keyed = {choice.key: at for at, choice in enumerate(everything) if choice.key}
    for key, names in (*numbers, *ways.numbers, *ways.ordinals):
        if key in keyed:
            yield from _ways_to_say(names, keyed[key], ways)
    for key, names in ways.sound_alikes:
        if key in keyed:
            yield from ((name, Sense(keyed[key], "sound_alike")) for name in names)
            yield from ((f"{c} {name}", Sense(keyed[key], "sound_alike")) for c in ways.carriers for name in names)
    if offered := [choice.key for choice in everything[:options] if choice.key]:
        last = keyed[max(offered)]
        yield from ((name, Sense(last, "number")) for name in ways.last)


def _ways_to_say(names: Iterable[str], choice: int, ways: Speechways) -> Iterator[tuple[str, Sense]]:
    alike = {name for _, names in ways.sound_alikes for name in names}
    for name in names:
        kind: Kind = "sound_alike" if name in alike else "number" if len(name.split()) == 1 else "carried"
        yield name, Sense(choice, kind)
        if kind == "number":
            yield from ((f"{carrier} {name}", Sense(choice, "carried")) for carrier in ways.carriers)
