"""Numbers of days: each call and each request once, on both databases, and still there when those have gone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ivr.store import GOODBYE, Counting, Erasing, Listened, Marks, Store
from ivr.store.counting import QUIET
from ivr.store.desk import Desk
from ivr.store.working import Doing, Next
from tests.store.conftest import LANDLINE, MOBILE, ask_sql, facts

NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
TOPICS = {"mediation": "mediation", "school": "school"}
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Words:
    """Nothing is typed in these tests."""

    def close_words(self, words: str, context: str) -> str:
        return f"{context}{words}"

    def open_words(self, box: str, context: str) -> str:
        return box.removeprefix(context)


@pytest.fixture
def counting(store: Store) -> Counting:
    return Counting(store.database, lambda: TOPICS)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store.database, Words())


def sid(number: int) -> str:
    return f"CA{number:032}"


def heard(store: Store, number: int, *steps: str, at: datetime = NOON) -> None:
    """A call: each step `node kind went`, a second after the one before."""
    rows = []
    for turn, step in enumerate(steps):
        node, kind, went = step.split()
        moment = at + turn * SECOND
        rows.append(Listened(sid(number), turn, moment, node, 0, kind, "normal", "en-GB", went))
    store.listened(rows)


def of_day(counting: Counting, day: date = DAY, now: datetime = NIGHT) -> dict[str, int]:
    tally = counting.numbers(day, day, now).tally
    return {f"{kind} {name}".strip(): n for (_, kind, name), n in sorted(tally.items()) if n}


def test_a_call_is_counted_for_what_it_heard_did_and_how_it_ended(store: Store, counting: Counting) -> None:
    heard(store, 1, "main started main", "main again main", "main pressed mediation", "mediation again mediation")
    heard(store, 2, "main started main", "main noinput main", "main slower main", "main pressed goodbye", "goodbye x -")
    heard(
        store, 3, "main started main", "main pressed transfer", "transfer ringended after", "transfer transfer_busy x"
    )
    heard(store, 4, "main started main", "main pressed transfer", "transfer transfer_conversation after-person")
    expected = {
        "again": 1,
        "calls": 4,
        "end goodbye": 1,
        "end person": 1,
        "left mediation": 1,
        "left x": 1,
        "silent": 1,
        "slower": 1,
        "topic mediation": 1,
        "transfer busy": 1,
        "transfer conversation": 1,
    }
    assert of_day(counting) == expected
    assert counting.count_up(NIGHT) == 1
    assert of_day(counting) == expected
    assert GOODBYE == "-"


def test_notes_of_hosts_whose_clocks_differ_are_read_by_their_turns(store: Store, counting: Counting) -> None:
    for turn, at, went in ((1, NOON, "mediation"), (0, NOON + SECOND, "main")):
        store.listened([Listened(sid(1), turn, at, "main", 0, "pressed", "normal", "en-GB", went)])
    assert of_day(counting) == {"calls": 1, "left mediation": 1, "topic mediation": 1}


def test_a_day_is_counted_once_whoever_counts_and_however_often(store: Store, counting: Counting, url: str) -> None:
    heard(store, 1, "main started main")
    heard(store, 2, "main started main", at=NOON - timedelta(days=3))
    assert counting.count_up(NIGHT) == 4
    assert counting.count_up(NIGHT) == 0
    assert ask_sql(url, "SELECT count(*) FROM counted WHERE kind = 'counted'") == [(4,)]
    assert counting._count(DAY) is False  # another worker, between looking and writing
    assert of_day(counting)["calls"] == 1
    assert of_day(counting, date(2026, 11, 21)) == {"calls": 1, "left main": 1}


def test_what_twilio_says_again_of_a_call_counts_nothing_more(store: Store, counting: Counting) -> None:
    heard(store, 1, "main started main")
    for _ in range(3):
        store.call_status(sid(1), "completed", 20, 3, NOON)
    store.call_status(sid(2), "no-answer", None, 1, NOON)  # of which nothing was noted
    assert of_day(counting) == {"calls": 2, "left": 1, "left main": 1}


def test_a_call_over_midnight_belongs_to_the_day_on_which_it_began(store: Store, counting: Counting) -> None:
    late = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    heard(store, 1, "main started main", "main pressed mediation", "mediation again mediation", at=late)
    store.call_status(sid(1), "completed", 20, 1, late + timedelta(minutes=5))
    morning = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
    assert of_day(counting, now=morning) == {"again": 1, "calls": 1, "left mediation": 1, "topic mediation": 1}
    assert counting.count_up(morning) == 2
    assert of_day(counting, date(2026, 11, 25), morning) == {}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 29)),  # 23:59, on a day of 23 hours
        (datetime(2026, 3, 29, 23, 1, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),  # on a day of 25 hours
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_days_are_those_of_london(store: Store, counting: Counting, moment: datetime, day: date) -> None:
    heard(store, 1, "main started main", at=moment)
    later = moment + timedelta(days=1, hours=5)
    assert of_day(counting, day, later)["calls"] == 1
    counting.count_up(later)
    for other in (-1, 0, 1):
        found = of_day(counting, day + timedelta(days=other), later)
        assert found.get("calls", 0) == (other == 0)


def test_a_call_that_may_still_go_on_is_not_counted_yet(store: Store, counting: Counting) -> None:
    heard(store, 1, "main started main")
    assert of_day(counting, now=NOON + QUIET) == {}
    assert of_day(counting, now=NOON + QUIET + SECOND) == {"calls": 1, "left main": 1}


def test_old_days_that_wait_are_told_and_nobody_waits_for_them(store: Store, counting: Counting) -> None:
    heard(store, 1, "main started main", at=NOON - timedelta(days=300))
    heard(store, 2, "main started main")
    found = counting.numbers(DAY - timedelta(days=300), DAY, NIGHT)
    assert (sum(n for (_, kind, _), n in found.tally.items() if kind == "calls"), found.waiting) == (1, 298)
    counting.count_up(NIGHT)
    found = counting.numbers(DAY - timedelta(days=300), DAY, NIGHT)
    assert (sum(n for (_, kind, _), n in found.tally.items() if kind == "calls"), found.waiting) == (2, 0)


def promised(store: Store, number: int, due: date, **answers: str) -> str:
    """A request that was promised at noon; its id."""
    store.confirm(facts(5, sid(number), **answers), f"+44770090{number:04}", due, NOON)
    found = store.request_of(sid(number))
    assert found
    return found.id


def tried(desk: Desk, row: str, at: datetime, *, reached: bool = False) -> None:
    one = desk.one(row, at)
    assert one
    again = Next(at + timedelta(hours=3), at.date())
    doing = Doing(row, one.version, f"{row}{at}", "sam")
    assert desk.claim(doing, at) == ""
    one = desk.one(row, at)
    assert one
    doing = Doing(row, one.version, f"{row}{at}x", "sam")
    assert desk.attempt(doing, ("reached" if reached else "no_answer", ""), again, at) == ""


def promises(store: Store, desk: Desk) -> list[str]:
    due = date(2026, 11, 25)
    rows = [promised(store, number, due, council="north", topic="mediation,school") for number in range(1, 5)]
    tried(desk, rows[0], NOON + timedelta(hours=5), reached=True)
    tried(desk, rows[1], NOON + timedelta(hours=5))
    tried(desk, rows[1], NOON + timedelta(hours=50), reached=True)
    tried(desk, rows[2], NOON + timedelta(hours=49), reached=True)
    store.wish(facts(2, sid(9), LANDLINE), NOON)
    return rows


PROMISES = {
    "asked mediation": 4,
    "asked school": 4,
    "council north": 4,
    "promise broken": 2,
    "promise kept": 1,
    "promise tried": 1,
    "reach 49": 1,
    "reach 5": 1,
    "reach 50": 1,
    "wish": 1,
}


def of_requests(counting: Counting, now: datetime) -> dict[str, int]:
    return {name: n for name, n in of_day(counting, now=now).items() if name.split()[0] not in {"calls", "left"}}


def test_promises_are_kept_tried_broken_or_open(store: Store, desk: Desk, counting: Counting) -> None:
    promises(store, desk)
    assert of_requests(counting, NOON + timedelta(days=1))["promise open"] == 2
    assert of_requests(counting, NOON + timedelta(days=3)) == PROMISES


def test_numbers_stay_when_requests_go_by_night_or_when_a_caller_asks(
    store: Store, desk: Desk, counting: Counting, url: str
) -> None:
    promises(store, desk)
    later, erasing = NOON + timedelta(days=3), Erasing(store.database)
    calls = of_day(counting, now=later)["calls"]
    counting.count_up(later)
    erasing.erase("+447700900004", Marks("s" * 32), later, lambda *_: None)
    assert of_requests(counting, later) == PROMISES
    erasing.purge(later, later, later)
    assert ask_sql(url, "SELECT count(*) FROM requests") == [(0,)]
    erasing.purge(later, later, later)
    assert of_requests(counting, later) == PROMISES
    assert of_day(counting, now=later)["calls"] == calls


def test_nothing_of_anybody_is_in_the_numbers(store: Store, desk: Desk, counting: Counting, url: str) -> None:
    promises(store, desk)
    heard(store, 1, "main started main", "main pressed mediation")
    later = NOON + timedelta(days=3)
    counting.count_up(later)
    Erasing(store.database).purge(later, later, later)
    kept = " ".join(str(row) for row in ask_sql(url, "SELECT * FROM counted"))
    assert "mediation" in kept
    assert [word for word in ("7700", MOBILE, "CA0", "sam", "12:00") if word in kept] == []


def test_pages_are_read_to_their_end(store: Store, counting: Counting, desk: Desk) -> None:
    for number in range(7):
        heard(store, number, "main started main", "main pressed mediation", at=NOON)
    promises(store, desk)
    later = NOON + timedelta(days=3)
    for rows in (1, 2, 3, 5):
        assert of_day(Counting(store.database, lambda: TOPICS, rows), now=later) == of_day(counting, now=later)
