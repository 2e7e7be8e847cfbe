"""Small numbers are hidden, and so is what would give them away.

A number from 1 to 4 is shown as "under 5". Where the total of a list is shown too, one that is hidden alone could be
worked out; then the next larger one is "hidden" as well, until every small number could be at least two.
"""

from collections.abc import Collection, Sequence
from typing import Final

LEAST: Final = 5
"""Numbers from 1 to below this are hidden."""
UNDER: Final = "under 5"
HIDDEN: Final = "hidden"
Cell = int | str
"""A number, or the words that stand in its place."""


def small(number: int) -> bool:
    """Whether a number is to be hidden. None at all tells nothing of anybody."""
    return 0 < number < LEAST


def alone(number: int) -> Cell:
    """A number that is part of no shown total."""
    return UNDER if small(number) else number


def together(numbers: Sequence[int], forced: Collection[int] = ()) -> list[Cell]:
    """The parts of a total that is shown, each number once. `forced`: places that are to be hidden in any case."""
    if small(sum(numbers)):
        return [alone(number) for number in numbers]
    hidden = {place for place, number in enumerate(numbers) if small(number)} | {
        place for place in forced if numbers[place]
    }
    while not _safe([numbers[place] for place in hidden]):
        rest = [place for place, number in enumerate(numbers) if number and place not in hidden]
        if not rest:
            return [HIDDEN if number else 0 for number in numbers]
        hidden.add(min(rest, key=lambda place: numbers[place]))
    return [_mark(number) if place in hidden else number for place, number in enumerate(numbers)]


def nested(groups: Sequence[Sequence[int]]) -> tuple[list[list[Cell]], list[Cell]]:
    """The parts of several totals, and these totals, which are themselves the parts of one."""
    totals = together([sum(group) for group in groups])
    parts = [
        together(group) if isinstance(total, int) else [total if number else 0 for number in group]
        for group, total in zip(groups, totals, strict=True)
    ]
    return parts, totals


def _mark(number: int) -> str:
    return UNDER if small(number) else HIDDEN


def _safe(hidden: Sequence[int]) -> bool:
    """Whether each small one of these could be at least two numbers, for who knows their sum and how each is marked."""
    few = sum(small(number) for number in hidden)
    others = len(hidden) - few
    if len(hidden) < 2:  # noqa: PLR2004 - one that is hidden alone is what is left of the total
        return not hidden
    if not few:
        return True
    most = min(LEAST - 1, sum(hidden) - (few - 1) - others * LEAST)
    least = 1 if others else max(1, sum(hidden) - (few - 1) * (LEAST - 1))
    return most > least
