"""Nobody can work out a small number from what is shown beside it."""

from itertools import product
from random import Random

import pytest

from ivr.staff.hiding import HIDDEN, UNDER, Cell, alone, nested, together


def could_be(cells: list[Cell], place: int, total: int) -> set[int]:
    """What one small number could be for who knows the total, the marks, and that `hidden` is 5 or more beside them."""
    rest = total - sum(cell for cell in cells if isinstance(cell, int))
    few, others = cells.count(UNDER), cells.count(HIDDEN)
    found = set()
    for guess in product(range(1, 5), repeat=few):
        left = rest - sum(guess)
        if left == 0 if not others else left >= 5 * others:
            found.add(guess[cells[:place].count(UNDER)])
    return found


def test_every_small_number_could_be_another_one_too() -> None:
    seen = 0
    for numbers in [*product((0, 1, 2, 3, 4, 5, 6, 9), repeat=3), *product((0, 1, 4, 5, 30), repeat=4)]:
        cells, total = together(numbers), sum(numbers)
        for place, (number, cell) in enumerate(zip(numbers, cells, strict=True)):
            assert cell in {number, HIDDEN, UNDER}, numbers
            assert not (isinstance(cell, int) and 0 < cell < 5), numbers
            if cell == UNDER:
                seen += 1
                assert 0 < number < 5
                assert total < 5 or len(could_be(cells, place, total)) > 1, (numbers, cells)
        hidden = [number for number, cell in zip(numbers, cells, strict=True) if isinstance(cell, str)]
        assert total < 5 or len(hidden) != 1, (numbers, cells)
    assert seen > 400


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([0, 0], [0, 0]),
        ([7, 9], [7, 9]),
        ([3], [UNDER]),
        ([1, 2], [UNDER, UNDER]),
        ([3, 20, 30], [UNDER, HIDDEN, 30]),
        ([3, 0, 30], [UNDER, 0, HIDDEN]),
        ([4, 4], [HIDDEN, HIDDEN]),  # both could only be four
        ([3, 4], [UNDER, UNDER]),
        ([1, 1, 20], [UNDER, UNDER, HIDDEN]),
    ],
)
def test_what_is_hidden(numbers: list[int], expected: list[Cell]) -> None:
    assert together(numbers) == expected


def test_what_must_be_hidden_never_is_alone() -> None:
    assert together([20, 30, 40], forced=[1]) == [HIDDEN, HIDDEN, 40]
    assert together([20, 0, 40], forced=[1]) == [20, 0, 40]


def test_a_number_of_no_total() -> None:
    assert [alone(number) for number in (0, 1, 4, 5)] == [0, UNDER, UNDER, 5]


def worlds(parts: list[list[Cell]], totals: list[Cell], total: int) -> list[tuple[int, ...]]:
    """Every set of numbers that would be shown in just this way."""
    flat = [cell for group in parts for cell in group]
    ways = [(cell,) if isinstance(cell, int) else range(1, 5) if cell == UNDER else range(15) for cell in flat]
    found = []
    for guess in product(*ways):
        groups = [sum(guess[:2]), sum(guess[2:])]
        right = all(
            group == shown if isinstance(shown, int) else shown == HIDDEN or 0 < group < 5
            for group, shown in zip(groups, totals, strict=True)
        )
        if right and sum(guess) == total:
            found.append(guess)
    return found


def test_weeks_do_not_give_their_days_away() -> None:
    drawn, seen = Random(7), 0
    for _ in range(120):
        numbers = [drawn.choice((0, 1, 2, 3, 4, 5, 6, 9)) for _ in range(4)]
        parts, totals = nested([numbers[:2], numbers[2:]])
        flat = [cell for group in parts for cell in group]
        ways = worlds(parts, totals, sum(numbers))
        assert tuple(numbers) in ways
        for place, cell in enumerate(flat):
            assert not (isinstance(cell, int) and 0 < cell < 5)
            if cell == UNDER and sum(numbers) >= 5:
                seen += 1
                assert len({way[place] for way in ways}) > 1, (numbers, parts, totals)
    assert seen > 50
