"""The queue: the one promised first at the top, however long it grows."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from ivr.store import Cursor, Request, Store
from ivr.store.requests import OPEN, SHUT
from tests.store.conftest import CALL, DUE, OTHER, facts, run_sql


@pytest.fixture
def many(store: Store, now: datetime) -> list[str]:
    """Forty requests over four days, made in no order, five of them only wished for."""
    numbers = list(range(40))
    random.Random(3).shuffle(numbers)
    for number in numbers:
        sid, phone = f"CA{number:02}", f"+4477009000{number:02}"
        at = now + timedelta(minutes=number // 2)
        if number % 8 == 0:
            store.wish(facts(2, sid, phone), at)
        else:
            store.confirm(facts(5, sid), phone, DUE + timedelta(days=number % 4), at)
    return [f"+4477009000{number:02}" for number in numbers]


def in_order(requests: list[Request]) -> bool:
    keys = [(request.due or date.max, request.created, request.id) for request in requests]
    return keys == sorted(keys)


def pages(store: Store, status: list[str] | None, limit: int) -> list[Request]:
    found: list[Request] = []
    after = None
    while page := store.queue(status, after, limit):
        assert len(page) <= limit
        found += page
        after = Cursor.parse(str(page[-1].cursor))
    return found


@pytest.mark.parametrize("limit", [1, 7, 40])
@pytest.mark.parametrize("status", [None, ["new"], ["new", "incomplete", "new"], ["done", "new"]])
def test_pages_hold_everyone_once_in_the_order_of_promises(
    store: Store, many: list[str], limit: int, status: list[str] | None
) -> None:
    found = pages(store, status, limit)
    expected = {None: 40, "new": 35}[status and "new"] if status != ["new", "incomplete", "new"] else 40
    assert len(found) == len({request.id for request in found}) == expected
    assert in_order(found)


def test_those_who_were_promised_nothing_come_last(store: Store, many: list[str]) -> None:
    assert [request.status for request in store.queue()[-5:]] == ["incomplete"] * 5


def test_a_page_goes_on_from_where_a_request_was_that_is_gone(store: Store, many: list[str], url: str) -> None:
    everyone = store.queue()
    gone = everyone[9]
    run_sql(url, "UPDATE calls SET request_id = NULL")
    run_sql(url, f"DELETE FROM requests WHERE reference = '{gone.reference}'")  # noqa: S608
    assert store.queue(None, gone.cursor, 5) == [replace(request, calls=0) for request in everyone[10:15]]


def test_counts_are_by_status(store: Store, many: list[str]) -> None:
    assert store.counts() == {"new": 35, "incomplete": 5}


def test_no_status_at_all_is_nobody(store: Store, many: list[str]) -> None:
    assert store.queue([]) == []
    assert store.queue(["no'such; DROP TABLE requests"]) == []
    assert len(store.queue()) == 40


@pytest.mark.parametrize(
    "text", ["", "~~", "2026-11-26~2026-11-24T10:30:00~x", "2026-11-26~yesterday~x", "1~2~3~4", "' OR 1=1--"]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Cursor.parse(text)


def test_a_cursor_survives_being_written_down() -> None:
    cursor = Cursor(DUE, datetime(2026, 11, 24, 10, 30, 0, 123456, UTC), "ab12")
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("status", [None, ["new"], ["new", "claimed"]])
def test_a_page_is_read_along_an_index_from_its_place_on(
    sqlite_url: str, opened: Callable[[str], Store], now: datetime, status: list[str] | None
) -> None:
    store = opened(sqlite_url)
    store.wish(facts(1, CALL, "+447700900001"), now)
    store.confirm(facts(1, OTHER), "+447700900002", DUE, now)
    asked: list[str] = []
    sa.event.listen(store._database._reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    store.queue(status, Cursor(DUE, now, "0"), 50)
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        [paged] = [statement for statement in asked if "due" in statement and "ORDER BY" in statement]
        marks = ("2026-11-26",) * paged.count("?")
        plan = [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {paged}", marks)]
    engine.dispose()
    read = [step for step in plan if "requests" in step]
    assert len(read) == len(status or [*OPEN, *SHUT])
    assert all(
        "USING INDEX requests_by_status" in step and "(due,created,id)>" in step.replace(", ", ",") for step in read
    ), plan
