"""Slips of spelling in what a recogniser wrote, mended to the words that mean something at a prompt."""

from ivr.flow.smallwords import SmallWords
from ivr.flow.vocabulary import DISTINCT, Vocabulary, letters_of

CERTAIN = 7
"""Letters from which a word with one slip is that word."""
TWO_SLIPS = 9
"""Letters from which two slips may be mended."""
MOST = 6
"""Unknown words that are looked at: more of them are no answer, and each costs time."""


def mend(words: tuple[str, ...], known: Vocabulary, small: SmallWords) -> tuple[tuple[str, ...], int]:
    """The words with slips mended, and a mask of those that were a guess."""
    strange = [at for at, word in enumerate(words) if _strange(word, known, small)]
    mended, shaky = list(words), 0
    for at in strange if len(strange) <= MOST else ():
        better, sure = _nearest(words[at], known)
        mended[at] = better
        if not sure or (better != words[at] and words[at] in small.lookalikes):
            shaky |= 1 << at
    return tuple(mended), shaky


def _strange(word: str, known: Vocabulary, small: SmallWords) -> bool:
    if len(word) < DISTINCT or word in known.spelled or word in known.whole:
        return False
    return word in small.lookalikes or word not in small.known


def _nearest(word: str, known: Vocabulary) -> tuple[str, bool]:
    """The only word of the vocabulary within reach, and whether that is certain; or the word itself."""
    letters, sizes = letters_of(word), (-1, 0, 1)
    one = [other for by in sizes for other, its in known.words.get(len(word) + by, ()) if _alike(letters ^ its, 2)]
    near = [other for other in one if _within(word, other, 1)]
    if len(near) == 1:
        return near[0], len(word) >= CERTAIN
    if near or len(word) < TWO_SLIPS:
        return word, True
    two = (
        other
        for by in (-2, *sizes, 2)
        for other, its in known.words.get(len(word) + by, ())
        if _alike(letters ^ its, 4)
    )
    near = [other for other in two if _within(word, other, 2)]
    return (near[0], False) if len(near) == 1 else (word, True)


def _alike(different: int, most: int) -> bool:
    return different.bit_count() <= most


def _within(left: str, right: str, slips: int) -> bool:
    """Whether so many letters wrong, missing, too many or swapped with their neighbour explain the difference."""
    at = next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    left, right = left[at:], right[at:]
    if not slips or abs(len(left) - len(right)) > slips:
        return left == right
    return (
        left == right
        or _within(left[1:], right[1:], slips - 1)
        or _within(left[1:], right, slips - 1)
        or _within(left, right[1:], slips - 1)
        or (left[:2] == right[1::-1] and _within(left[2:], right[2:], slips - 1))
    )
