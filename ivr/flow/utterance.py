"""An utterance taken apart: what each word is, and the phrases found in it. Masks have a bit for each word."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ivr.flow.mending import mend
from ivr.flow.smallwords import SmallWords, spans
from ivr.flow.vocabulary import Sense, Vocabulary


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in the words. Masks have a bit for each word."""

    choice: int
    mask: int
    sense: Sense


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of an utterance and what each is, as bit masks."""

    words: tuple[str, ...]
    shaky: int
    polite: int
    small: int
    aside: int
    idioms: tuple[int, ...]
    negations: tuple[int, ...]
    breaks: int
    retractions: tuple[int, ...]
    alternatives: int
    pointed: int
    matches: tuple[Match, ...] = ()

    @property
    def idle(self) -> int:
        """Words that need no explanation beside a choice."""
        return (self.polite | self.small | self.aside | union(self.idioms)) & ~self.shaky

    def stray(self, mask: int) -> int:
        """How many words are neither under the mask nor idle."""
        return (((1 << len(self.words)) - 1) & ~(mask | self.idle)).bit_count()

    def opens(self, mask: int) -> bool:
        """Whether only idle words come before the mask."""
        return not ((mask & -mask) - 1) & ~self.idle


def union(masks: Iterable[int]) -> int:
    """All words under any of the masks."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def start(mask: int) -> int:
    """Where a mask begins, counted from 1."""
    return (mask & -mask).bit_length()


def gap(left: int, right: int) -> int:
    """The words between two masks."""
    return ((right & -right) - 1) & ~((1 << left.bit_length()) - 1)


def inside(mask: int, spans_: Iterable[int]) -> bool:
    """Whether a match is only a piece of a longer expression."""
    return any(mask & ~span == 0 and mask != span for span in spans_)


def listen(said: tuple[str, ...], known: Vocabulary, small: SmallWords) -> Speech:
    """What each word of an utterance is."""
    words, shaky = mend(said, known, small)
    frames = spans(words, small.fillers)
    excused = union(span for span in (*frames, *spans(words, small.idioms)) if span.bit_count() > 1)
    speech = Speech(
        words=words,
        shaky=shaky,
        polite=union(spans(words, small.polite)),
        small=union(frames),
        aside=union(spans(words, small.asides)),
        idioms=spans(words, small.idioms),
        negations=tuple(span for span in spans(words, small.negations) if span & ~excused),
        breaks=union(span & -span for span in spans(words, small.breaks)),
        retractions=spans(words, small.retractions),
        alternatives=union(spans(words, small.alternatives)),
        pointed=union(2 << at for at, pair in enumerate(pairwise(words)) if _pointed(*pair, small)),
    )
    return replace(speech, matches=tuple(_found(speech, known)))


def _pointed(before: str, word: str, small: SmallWords) -> bool:
    return before in small.pointers and word in small.pronouns


def _found(speech: Speech, known: Vocabulary) -> Iterator[Match]:
    every = tuple(range(len(speech.words)))
    kept = tuple(at for at in every if not (speech.polite | speech.small) >> at & 1)
    found = (
        *_windows(speech.words, every, known.whole, known),
        *_windows(speech.words, kept, known.loose, known),
        *_bags(speech.words, kept, known),
    )
    # "back please" is no longer a phrase than "back": politeness must not outweigh another choice.
    for sense, mask in dict.fromkeys((sense, mask & ~speech.polite or mask) for sense, mask in found):
        yield Match(sense.choice, mask, sense)


def _windows(
    words: Sequence[str], places: Sequence[int], phrases: Mapping[str, Sense], known: Vocabulary
) -> Iterator[tuple[Sense, int]]:
    """Phrases that stand together in the words."""
    for first in range(len(places)):
        joined, mask = "", 0
        for at in places[first : first + known.longest]:
            joined, mask = joined + words[at], mask | 1 << at
            if joined in phrases:
                yield phrases[joined], mask


def _bags(words: Sequence[str], places: Sequence[int], known: Vocabulary) -> Iterator[tuple[Sense, int]]:
    """Phrases whose words stand in any order."""
    said = {words[at] for at in places}
    for bag, choice in known.bags:
        if bag <= said:
            yield Sense(choice, "phrase"), union(1 << at for at in places if words[at] in bag)
