"""What the tables of a report say, for every kind of calendar and for none, one and many calls."""

from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask

from ivr.flow.line import Flow
from ivr.staff.charts import chart
from ivr.staff.hiding import HIDDEN, UNDER, Cell
from ivr.staff.places import ELSEWHERE, NOWHERE, place
from ivr.staff.reckoning import Report, Row, Table, report
from ivr.staff.spans import Span, week
from ivr.store.courses import Tally

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def flow(app: Flask) -> Flow:
    found: Flow = app.extensions["switchboard"].flow
    return found


def tally(**numbers: int) -> Tally:
    """Numbers of one Monday: `calls=7`, `promise_kept=3`."""
    return Counter({(DAY, *(name.split("_", 1) if "_" in name else (name, ""))): n for name, n in numbers.items()})


def made(flow: Flow, found: Tally, first: date = DAY, last: date = DAY + timedelta(days=6)) -> Report:
    return report(found, Span(first, last), flow)


def table(found: Report, name: str) -> dict[str, tuple[Cell, ...]]:
    (one,) = [one for one in found.tables if one.id == name]
    assert all(len(row.cells) == len(one.columns) - 1 for row in one.rows)
    return {row.name: row.cells for row in one.rows}


def test_no_calls_at_all(flow: Flow) -> None:
    found = made(flow, Counter())
    assert found.empty
    assert [chart(one) for one in found.tables] == [None] * len(found.tables)
    assert table(found, "days")["Monday 23 November 2026"] == (0, 0)
    assert table(found, "reach")["Half of them were reached within"] == ("nobody yet",)


def test_one_call_is_seen_and_tells_nothing(flow: Flow) -> None:
    found = made(flow, tally(calls=1, left_mediation=1, topic_mediation=1, silent=1))
    assert dict(found.figures)["Calls"] == UNDER
    for one in found.tables:
        for row in one.rows:
            assert {cell for cell in row.cells if isinstance(cell, int)} <= {0}, (one.id, row)
    drawn = chart(found.tables[0])
    assert drawn
    assert [bar.size for bar in drawn.bars if bar.hidden] == [8]


def test_the_parts_of_a_total_do_not_give_a_small_one_away(flow: Flow) -> None:
    found = made(flow, tally(calls=29, left_mediation=20, left_main=3, end_goodbye=6))
    assert table(found, "endings")["At the main menu"] == (UNDER,)
    assert table(found, "endings")["Said they were finished"] == (HIDDEN,)
    assert table(found, "endings")["While hearing: Mediation"] == (20,)


def test_few_broken_promises_do_not_follow_from_those_that_were_kept(flow: Flow) -> None:
    numbers = Counter({(DAY + timedelta(days=7 * number), "promise", "kept"): 20 for number in range(4)})
    numbers[DAY, "promise", "broken"] = 6
    numbers[DAY + timedelta(days=7), "promise", "broken"] = 2
    found = made(flow, numbers, last=DAY + timedelta(days=27))
    kept = [cells[2] for cells in table(found, "weeks").values()]
    assert kept[1] == HIDDEN
    assert kept.count(HIDDEN) == 2  # alone it would be what is left of all that were kept
    assert table(found, "promises")["Kept: we spoke to them by the day we promised"] == (80,)
    numbers = Counter({(DAY, "promise", "kept"): 20, (DAY, "promise", "broken"): 2})
    found = made(flow, numbers)
    assert dict(found.figures)["Promises kept"] == HIDDEN
    assert [cells[2] for cells in table(found, "weeks").values()] == [HIDDEN]
    numbers = Counter({(DAY, "promise", "kept"): 20, (DAY + timedelta(days=7), "promise", "broken"): 2})
    found = made(flow, numbers, last=DAY + timedelta(days=13))
    assert dict(found.figures)["Promises kept"] == HIDDEN
    assert [cells[2] for cells in table(found, "weeks").values()] == [HIDDEN, 0]


@pytest.mark.parametrize(
    ("first", "last", "weeks", "days"),
    [
        (date(2020, 12, 28), date(2021, 1, 3), ["28 December 2020 to 3 January 2021"], 7),  # week 53
        (date(2026, 12, 27), date(2027, 1, 3), ["27 December 2026", "28 December 2026 to 3 January 2027"], 8),
        (date(2028, 2, 28), date(2028, 3, 1), ["28 February to 1 March 2028"], 3),  # a leap day
        (date(2026, 3, 28), date(2026, 3, 30), ["28 to 29 March 2026", "30 March 2026"], 3),  # a day of 23 hours
        (date(2026, 10, 25), date(2026, 10, 25), ["25 October 2026"], 1),  # and of 25
    ],
)  # fmt: skip
def test_every_day_is_in_one_week(flow: Flow, first: date, last: date, weeks: list[str], days: int) -> None:
    every = Span(first, last).days
    assert len(every) == days
    found = made(flow, Counter({(day, "calls", ""): 10 for day in every}), first, last)
    shown = table(found, "weeks")
    assert list(shown) == weeks
    assert sum(cells[0] for cells in shown.values() if isinstance(cells[0], int)) == 10 * days
    assert [cells[0] for cells in table(found, "days").values()] == [10] * days


def test_a_week_is_written_short() -> None:
    assert week([DAY]) == "23 November 2026"
    assert week([DAY, DAY + timedelta(days=6)]) == "23 to 29 November 2026"


def reach(flow: Flow, *hours: int) -> list[Cell]:
    found = made(flow, Counter({(DAY, "reach", str(hour)): hours.count(hour) for hour in hours}))
    return [cells[0] for cells in table(found, "reach").values()]


def test_times_are_told_of_ten_callers_and_more(flow: Flow) -> None:
    assert reach(flow, *range(9)) == ["fewer than 10 callers"] * 2
    assert reach(flow, *range(10)) == ["5 hours", "9 hours"]
    assert reach(flow, *[0] * 20) == ["1 hour", "1 hour"]
    assert reach(flow, *[2] * 17, *[100] * 3) == ["3 hours", "5 days"]


def test_places_are_in_words_of_staff(flow: Flow) -> None:
    names = {str(name): place(flow, str(name)) for name in flow.nodes}
    assert place(flow, "") == NOWHERE
    assert place(flow, "a-node-that-has-gone") == ELSEWHERE
    assert names["transfer"] == "While we rang a person"
    assert [name for name, words in names.items() if name in words and "-" in name] == []
    assert all(words[0].isupper() and len(words) < 90 for words in names.values())


def test_what_is_not_known_any_more_is_still_counted(flow: Flow) -> None:
    long = "a council with a very long name " * 5
    found = made(flow, tally(**{f"council_{long}": 7, "council_north": 9, "topic_gone": 8, "transfer_odd": 6}))
    assert table(found, "councils")[long] == (7,)
    assert table(found, "topics")["gone"] == (8, 0)
    assert table(found, "transfers")["odd"] == (6,)
    (one,) = [one for one in found.tables if one.id == "councils"]
    drawn = chart(one)
    assert drawn
    assert max(len(bar.short) for bar in drawn.bars) <= 32


def test_a_chart_says_what_it_shows() -> None:
    drawn = chart(_table(3, UNDER, 9))
    assert drawn
    assert drawn.told == (
        "3 bars. The highest is 9: row 2. Dashed boxes of one size stand for small or hidden numbers: 1."
        " The table “Title” has every number."
    )
    assert [(bar.size, bar.hidden) for bar in drawn.bars] == [(pytest.approx(100 / 3), False), (8, True), (100, False)]


def _table(*cells: Cell) -> Table:
    return Table("id", "Title", "", ("Name", "Number"), tuple(Row(f"row {at}", (one,)) for at, one in enumerate(cells)))
