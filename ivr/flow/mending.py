"""Slips of spelling in what a recogniser wrote, mended to the words that mean something at a prompt."""

from collections.abc import Sequence

from ivr.flow.vocabulary import DISTINCT, SmallWords, Vocabulary

CERTAIN = 7
"""Letters from which a word with one slip is that word."""
TWO_SLIPS = 9
"""Letters from which two slips may be mended."""
MOST = 12
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
    return len(word) >= DISTINCT and word not in known.words and word not in small.known and word not in known.whole


def _nearest(word: str, known: Vocabulary) -> tuple[str, bool]:
    """The only word of the vocabulary within reach, and whether that is certain; or the word itself."""
    letters, reach = set(word), 2 if len(word) >= TWO_SLIPS else 1
    near = [
        (slips, other)
        for other, its in known.words.items()
        if abs(len(other) - len(word)) <= reach
        and len(letters ^ its) <= 2 * reach
        and (slips := _slips(word, other)) <= reach
    ]
    near.sort()
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return word, True
    slips, better = near[0]
    return better, slips == 1 and len(word) >= CERTAIN


def _slips(left: Sequence[str], right: Sequence[str]) -> int:
    """How many letters are wrong, missing, too many or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row, last = row, [i], before
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
