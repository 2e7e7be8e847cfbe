"""The tables of the reports: what was counted, in the words of staff, with small numbers hidden."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final

from ivr.flow.line import Flow
from ivr.staff import plain
from ivr.staff.hiding import HIDDEN, Cell, alone, nested, small, together
from ivr.staff.places import place
from ivr.staff.spans import Span, week
from ivr.store.courses import Tally

ENOUGH: Final = 10
"""Least callers reached of whom times are told: of fewer, one time could be somebody's."""
PROMISES: Final = {
    "kept": "Kept: we spoke to them by the day we promised",
    "tried": "Tried by the day we promised, but not reached by then",
    "broken": "Broken: nobody tried by the day we promised",
    "open": "Not due yet",
}
TRANSFERS: Final = {
    "conversation": "They spoke to a person",
    "no_answer": "Nobody answered",
    "busy": "The number was busy",
    "failed": "The call could not be put through",
    "refused": "Nobody took the call",
}
DID: Final = {"again": "Asked to hear something again", "slower": "Asked for it more slowly", "silent": "Went silent"}
ENDS: Final = {"goodbye": "Said they were finished", "person": "Spoke to a person, then hung up"}
NO_TOPIC: Final = "No topic chosen"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its name, and a number or the words in its place for each column."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its chart, which shows the first column of numbers. `columns`: of the names, then of the numbers."""

    id: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    many: bool = False
    """Whether it has a row for each day: then the chart stands upright."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `figures`: what to see first, name and number. `empty`: nothing was counted at all."""

    tables: tuple[Table, ...]
    figures: tuple[tuple[str, Cell], ...]
    empty: bool


class Sums:
    """The numbers of a span by kind and name, and by day."""

    def __init__(self, tally: Tally) -> None:
        self._tally: Final = tally
        self._names: Final[dict[str, Counter[str]]] = {}
        for (_, kind, name), number in tally.items():
            self._names.setdefault(kind, Counter())[name] += number

    def names(self, kind: str) -> Counter[str]:
        """Numbers by name."""
        return self._names.get(kind, Counter())

    def total(self, kind: str) -> int:
        """All of a kind."""
        return self.names(kind).total()

    def on(self, day: date, kind: str, names: Sequence[str] = ("",)) -> int:
        """Those of one day."""
        return sum(self._tally[day, kind, name] for name in names)


def report(tally: Tally, span: Span, flow: Flow) -> Report:
    """Everything that a report shows."""
    sums = Sums(tally)
    promises = together([sums.names("promise")[name] for name in PROMISES])
    tables = (
        _weeks(sums, span, kept_shown=isinstance(promises[0], int)),
        _days(sums, span),
        _topics(sums),
        _councils(sums),
        _endings(sums, flow),
        Table(
            "did",
            "Again, more slowly, silent",
            "Calls in which it happened at least once. One call may be in several rows.",
            ("What happened", "Calls"),
            tuple(Row(words, (alone(sums.total(kind)),)) for kind, words in DID.items()),
        ),
        _parts(("transfers", "Put through to a person", "How it ended; of a call that tried several times, the last."),
               ("How it ended", "Calls"), TRANSFERS, sums.names("transfer")),
        _parts(("promises", "Callbacks promised", "What became of each promise to call back by a day."),
               ("What became of it", "Callbacks"), PROMISES, sums.names("promise")),
        _reach(sums.names("reach")),
    )  # fmt: skip
    figures = (
        ("Calls", alone(sums.total("calls"))),
        ("Callbacks promised", alone(sums.total("promise"))),
        ("Promises kept", promises[0]),
        ("Promises broken", promises[2]),
        ("Hung up before a promise", alone(sums.total("wish"))),
    )
    return Report(tables, figures, empty=not tally)


def _weeks(sums: Sums, span: Span, *, kept_shown: bool) -> Table:
    weeks = span.weeks
    calls, promised = (_by_week(sums, weeks, kind)[1] for kind in ("calls", "promise"))
    kept = _kept(sums, weeks, shown=kept_shown)
    rows = (Row(week(days), tuple(cells)) for days, *cells in zip(weeks, calls, promised, kept, strict=True))
    return Table(
        "weeks",
        "Week by week",
        "Weeks begin on Monday; the first and the last may be cut short by the days that you chose.",
        ("Week", "Calls", "Callbacks promised", "Promises kept"),
        tuple(rows),
    )


def _days(sums: Sums, span: Span) -> Table:
    weeks = span.weeks
    calls, promised = (_by_week(sums, weeks, kind)[0] for kind in ("calls", "promise"))
    rows = zip(*(list(chain(*found)) for found in (weeks, calls, promised)), strict=True)
    return Table(
        "days",
        "Day by day",
        "Days are those of London.",
        ("Day", "Calls", "Callbacks promised"),
        tuple(Row(f"{plain.day_of(day)} {day.year}", tuple(cells)) for day, *cells in rows),
        many=True,
    )


def _by_week(sums: Sums, weeks: Sequence[Sequence[date]], kind: str) -> tuple[list[list[Cell]], list[Cell]]:
    names = tuple(PROMISES) if kind == "promise" else ("",)
    return nested([[sums.on(day, kind, names) for day in days] for days in weeks])


def _kept(sums: Sums, weeks: Sequence[Sequence[date]], *, shown: bool) -> list[Cell]:
    """Hidden too where few promises were not kept, which would follow."""
    kept = [sum(sums.on(day, "promise", ("kept",)) for day in days) for days in weeks]
    every = [sum(sums.on(day, "promise", tuple(PROMISES)) for day in days) for days in weeks]
    if not shown:
        return [HIDDEN if number else 0 for number in kept]
    return together(kept, [at for at, (one, all_) in enumerate(zip(kept, every, strict=True)) if small(all_ - one)])


def _topics(sums: Sums) -> Table:
    heard, asked = sums.names("topic"), sums.names("asked")
    known = [*plain.TOPICS, *sorted((set(heard) | set(asked)) - set(plain.TOPICS) - {""})]
    return Table(
        "topics",
        "What people asked about",
        "Calls that heard something about it, and callback requests about it. One call may be in several rows.",
        ("Topic", "Calls", "Callback requests"),
        tuple(Row(plain.word(plain.TOPICS, name), (alone(heard[name]), alone(asked[name]))) for name in known),
    )


def _councils(sums: Sums) -> Table:
    found = sums.names("council")
    names = {**plain.COUNCILS, **{name: name for name in sorted(found) if name and name not in plain.COUNCILS}}
    about = ("councils", "Which council", "Of those who were promised a call; guidance is the same for both.")
    return _parts(about, ("Council", "Callback requests"), {**names, "": "Council not said"}, found)


def _endings(sums: Sums, flow: Flow) -> Table:
    """Where calls ended, the most frequent place first. Places that are told in the same words are one."""
    places: Counter[str] = Counter()
    for node, number in sums.names("left").items():
        places[place(flow, node)] += number
    hung_up = sorted(places.items(), key=lambda one: (-one[1], one[0]))
    listed = [*((words, sums.names("end")[name]) for name, words in ENDS.items()), *hung_up]
    cells = together([number for _, number in listed])
    return Table(
        "endings",
        "Where calls ended",
        "The last place of the line that each call reached.",
        ("Place", "Calls"),
        tuple(Row(words, (one,)) for (words, _), one in zip(listed, cells, strict=True)),
    )


def _parts(
    about: tuple[str, str, str], columns: tuple[str, str], names: Mapping[str, str], found: Counter[str]
) -> Table:
    """A table of parts that make up a whole."""
    every = [*names, *sorted(set(found) - set(names))]
    cells = together([found[name] for name in every])
    return Table(
        *about, columns, tuple(Row(names.get(one, one), (number,)) for one, number in zip(every, cells, strict=True))
    )


def _reach(found: Counter[str]) -> Table:
    hours = sorted(int(name) for name in found.elements())
    shares: dict[str, Callable[[int], int]] = {
        "Half of them were reached within": lambda many: (many - 1) // 2,
        "Nine of ten were reached within": lambda many: -(-many * 9 // 10) - 1,
    }
    too_few = f"fewer than {ENOUGH} callers" if hours else "nobody yet"
    rows = (
        Row(words, (_long(hours[at(len(hours))]) if len(hours) >= ENOUGH else too_few,)) for words, at in shares.items()
    )
    about = (
        "From the promise until staff spoke to the caller, nights and weekends included; the slowest tenth took longer."
    )
    return Table("reach", "How long it took to reach people", about, ("Callers", "Time"), tuple(rows))


def _long(hours: int) -> str:
    """Whole hours, rounded up; days from two days on."""
    whole = hours + 1
    return f"{whole} hour{'s' if whole > 1 else ''}" if whole <= 48 else f"{-(-whole // 24)} days"  # noqa: PLR2004
