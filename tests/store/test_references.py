"""References are short, easy to hear, and never two the same."""

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from ivr.store import Store, StoreUnavailable
from ivr.store.references import candidates, easy
from tests.store.conftest import DUE, MOBILE, facts


@pytest.mark.parametrize(
    ("reference", "fine"),
    [("4071", True), ("1122", True), ("0471", False), ("1112", False), ("2111", False), ("40007", False)],
)
def test_some_numbers_are_easy_to_hear(reference: str, fine: bool) -> None:
    assert easy(reference) is fine


def test_only_easy_ones_are_drawn_and_the_shortest_first() -> None:
    drawn = [list(candidates()) for _ in range(20)]
    assert all(easy(reference) for draws in drawn for reference in draws)
    assert [len(reference) for reference in drawn[0]] == sorted(len(reference) for reference in drawn[0])
    assert {len(reference) for reference in drawn[0]} == {4, 5, 6}
    assert len({draws[0] for draws in drawn}) > 15, "they are not random"


def taken(url: str, lowest: int, highest: int) -> None:
    """Requests that use up every reference from `lowest` to below `highest`."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    row = "'', 'closed', '', '', '', '', '', 'en-GB', 'normal', '2020-01-01 00:00:00', '2020-01-01'"
    columns = "phone, status, council, topic, best_time, safe_message, needs, language, pace, created, due"
    with engine.begin() as connection:
        connection.execute(
            sa.text(f"INSERT INTO requests (id, reference, call_sid, {columns}) VALUES (:i, :i, :i, {row})"),  # noqa: S608
            [{"i": str(number)} for number in range(lowest, highest)],
        )
    engine.dispose()


def test_when_short_ones_run_out_longer_ones_are_used(store: Store, url: str, now: datetime) -> None:
    taken(url, 1000, 10_000)
    assert len(store.confirm(facts(5), MOBILE, DUE, now).reference) == 5


def test_when_all_are_taken_nothing_is_promised(sqlite_url: str, opened: Callable[[str], Store], now: datetime) -> None:
    store = opened(sqlite_url)
    store.wish(facts(2), now)
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        # Every further request is refused as one whose reference is taken would be.
        connection.execute(sa.text("CREATE TRIGGER full_up BEFORE INSERT ON requests BEGIN SELECT RAISE(IGNORE); END"))
    engine.dispose()
    with pytest.raises(StoreUnavailable):
        store.confirm(facts(5, "CA9"), "+447700900999", DUE, now)
    assert len(store.queue()) == 1
