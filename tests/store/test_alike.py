"""Open requests of one number know of each other; that costs a page of the queue one short look."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ivr.store import Store
from ivr.store.alike import LOOKED, Alike, Others, _statement
from ivr.store.desk import Desk
from ivr.store.listing import Standing, Wanted
from ivr.store.requests import OPEN, SHUT
from tests.store.conftest import MOBILE
from tests.store.test_desk import Turned
from tests.store.test_indexes import plan
from tests.store.test_listing import filled, rows, rows_read, timed

Make = Callable[..., None]


@pytest.fixture
def make(url: str, now: datetime) -> Make:
    """Fills the queue with requests of these numbers and statuses, the first the oldest."""

    def fill(*made: tuple[str, str]) -> None:
        like = rows(len(made), now)
        for place, (row, (phone, status)) in enumerate(zip(like, made, strict=True)):
            row |= {"id": f"id{place}", "phone": phone, "status": status, "created": now + timedelta(minutes=place)}
        filled(url, like)

    return fill


def page(store: Store, now: datetime, **asked: Any) -> tuple[Standing, ...]:
    return Desk(store.database, Turned()).page(Wanted(now=now, today=now.date(), **asked), None, 25).rows


def others(store: Store, now: datetime, **asked: Any) -> dict[str, Others]:
    return Alike(store.database).others(one.request for one in page(store, now, **asked))


def test_two_of_one_number_name_each_other_and_no_third(store: Store, make: Make, now: datetime) -> None:
    make((MOBILE, "new"), (MOBILE, "attempted"), ("+447700900124", "new"))
    assert others(store, now) == {"id0": Others("id1", "1000001"), "id1": Others("id0", "1000000")}


def test_of_several_the_first_is_named_and_the_rest_are_counted(store: Store, make: Make, now: datetime) -> None:
    make(*((MOBILE, status) for status in OPEN))
    found = others(store, now)
    assert found["id0"] == Others("id1", "1000001", more=2)
    assert {found[f"id{place}"] for place in (1, 2, 3)} == {Others("id0", "1000000", more=2)}


@pytest.mark.parametrize("status", SHUT)
def test_what_is_closed_is_no_other_and_has_none(store: Store, make: Make, now: datetime, status: str) -> None:
    make((MOBILE, "new"), (MOBILE, status), ("+447700900124", status), ("+447700900124", "new"))
    assert others(store, now) == {}
    assert others(store, now, shut=True) == {}


def test_requests_without_a_number_are_not_alike(store: Store, make: Make, now: datetime) -> None:
    make(("", "incomplete"), ("", "incomplete"), ("", "new"))
    assert others(store, now) == {}


def test_one_that_stands_on_another_page_is_named_too(store: Store, make: Make, now: datetime) -> None:
    make((MOBILE, "new"), (MOBILE, "new"))
    (one, _) = page(store, now)
    assert set(Alike(store.database).others([one.request])) == {one.request.id}


def test_a_page_of_nothing_asks_nothing(store: Store) -> None:
    assert asked_by(store, lambda: Alike(store.database).others([])) == []


@pytest.mark.parametrize("many", [10_000, pytest.param(100_000, marks=pytest.mark.prove)])
@pytest.mark.parametrize("tenths", [5, 9])
def test_a_page_costs_one_short_look(store: Store, url: str, now: datetime, many: int, tenths: int) -> None:
    """Also where every number of the page rings all the time, and all of it was closed but for a few."""
    made = rows(many, now, shut=many * tenths // 10)
    for place, row in enumerate(made):
        if row["status"] == "done" or place % 50 == 0:
            row["phone"] = f"+4477009001{place // 50 % 25:02}"
            row["due"] -= timedelta(days=50)
    filled(url, made)
    shown = [one.request for one in page(store, now)]
    assert len({one.phone for one in shown}) > 10

    def look() -> object:
        return Alike(store.database).others(shown)

    assert len(asked_by(store, look)) == 1
    assert rows_read(store, look) <= 25 * LOOKED
    assert min(timed(look) for _ in range(5)) < 0.02


def asked_by(store: Store, look: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements of a look."""
    asked: list[tuple[str, Any]] = []

    def before(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        asked.append((statement, given))

    sa.event.listen(store.database._reader, "before_cursor_execute", before)
    look()
    sa.event.remove(store.database._reader, "before_cursor_execute", before)
    return [one for one in asked if one[0].lstrip().startswith("SELECT")]


def test_the_index_of_numbers_is_used(store: Store, make: Make, now: datetime, url: str) -> None:
    make((MOBILE, "new"), (MOBILE, "new"))
    assert "requests_by_phone" in plan(url, _statement(2), {"number0": MOBILE, "number1": "+447700900124"})
