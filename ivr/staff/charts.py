"""Charts as SVG of our own making: widths in per cent, so that words stay as large as the rest of the page.

A number that is hidden is a dashed box of one size, whatever it is. What a chart shows is in the table beneath it.
"""

from dataclasses import dataclass
from typing import Final

from ivr.staff.hiding import Cell
from ivr.staff.reckoning import Table

STEP: Final = 46
"""Height of a line of a chart that lies, in pixels: words above, bar below."""
TALL: Final = 120
"""Height of the highest bar of a chart that stands, in pixels."""
SMALL: Final = 8
"""Pixels, or per cent, of a bar that stands for a hidden number."""
NARROW: Final = 32
"""Most letters of a name beside its number on a narrow telephone; the table has all of it."""
WIDE: Final = 85
"""Most letters of a name elsewhere."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `at` and `size` in per cent of the width, `height` in pixels. `hidden`: its size says nothing.

    `name` is for wide windows, `short` for narrow ones.
    """

    name: str
    short: str
    said: str
    at: float
    size: float
    height: float
    hidden: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and what it is said to show."""

    id: str
    title: str
    told: str
    bars: tuple[Bar, ...]
    upright: bool
    most: int

    @property
    def height(self) -> int:
        """Pixels."""
        return TALL + STEP if self.upright else STEP * len(self.bars)


def chart(table: Table) -> Chart | None:
    """The chart of the first numbers of a table; None when there is none to draw."""
    cells = [(row.name, row.cells[0]) for row in table.rows]
    most = max((cell for _, cell in cells if isinstance(cell, int)), default=0)
    if not any(cells) or all(cell == 0 for _, cell in cells) or table.id == "reach":
        return None
    bars = [_bar(name, cell, most, (place, len(cells)), upright=table.many) for place, (name, cell) in enumerate(cells)]
    title = f"{table.title}: {table.columns[1].lower()}"
    return Chart(table.id, title, _told(cells, most, table), tuple(bars), table.many, most)


def _bar(name: str, cell: Cell, most: int, where: tuple[int, int], *, upright: bool) -> Bar:
    place, many = where
    share = cell / most if isinstance(cell, int) and most else 0.0
    hidden = isinstance(cell, str)
    if upright:
        return Bar(
            name, name, str(cell), 100 * (place + 0.1) / many, 80 / many, SMALL if hidden else TALL * share, hidden
        )
    return Bar(_cut(name, WIDE), _cut(name, NARROW), str(cell), 0, SMALL if hidden else 100 * share, 16, hidden)


def _told(cells: list[tuple[str, Cell]], most: int, table: Table) -> str:
    """What somebody who sees the chart sees at a glance."""
    highest = [name for name, cell in cells if cell == most and most]
    hidden = sum(isinstance(cell, str) for _, cell in cells)
    parts = [f"{len(cells)} bars."]
    parts += [f"The highest is {most}: {highest[0]}{' and others' if len(highest) > 1 else ''}."] if highest else []
    parts += [f"Dashed boxes of one size stand for small or hidden numbers: {hidden}."] if hidden else []
    return " ".join([*parts, f"The table “{table.title}” has every number."])


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 2].rsplit(' ', 1)[0]} …"
