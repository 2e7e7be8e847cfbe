"""The log of what staff did: only added to, and every tampering is named."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ivr.store import Audit, Deed, Filters, LogChangedError, Store, StoreUnavailable
from ivr.store.inflight import SLOW
from tests.store.conftest import CALL, MOBILE, ask_sql, run_sql

KEY, OLDER = "0a" * 32, "0b" * 32


@pytest.fixture
def log(store: Store) -> Audit:
    return Audit(store.database, [KEY])


@pytest.fixture
def entries(log: Audit, now: datetime) -> Audit:
    """A log of seven entries, every one different."""
    for number in range(7):
        deed = Deed(f"person-{number % 2}", f"deed-{number % 3}", f"request:{number}", {"from": "a", "to": str(number)})
        log.add(deed, now + timedelta(minutes=number))
    return log


def open_for_tampering(url: str) -> list[str]:
    """What somebody with the whole database in hand would do first."""
    if url.startswith("sqlite"):
        return ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
    return ["ALTER TABLE audit DISABLE TRIGGER USER"]


def close_again(url: str) -> list[str]:
    return [] if url.startswith("sqlite") else ["ALTER TABLE audit ENABLE TRIGGER USER"]


def tamper(url: str, *statements: str) -> None:
    run_sql(url, *open_for_tampering(url), *statements, *close_again(url))


def test_an_empty_log_is_whole(log: Audit) -> None:
    assert log.verify().whole
    assert log.page() == []


def test_entries_come_back_as_they_went_in(entries: Audit, now: datetime) -> None:
    newest = entries.page()[0]

    assert [entry.number for entry in entries.page()] == [7, 6, 5, 4, 3, 2, 1]
    assert newest.deed == Deed("person-0", "deed-0", "request:6", {"from": "a", "to": "6"})
    assert newest.at == now + timedelta(minutes=6)
    assert (entries.verify().entries, entries.verify().whole, entries.verify().seal) == (7, True, newest.seal)


def test_words_of_every_kind_keep_their_seal(log: Audit, now: datetime) -> None:
    for word in ('"},{"', "é\u202e\U0001f600", "\n\\", "x" * 5000):
        log.add(Deed(word, word, word, {word: word}), now)

    assert log.verify().whole
    assert log.page()[0].deed.detail == {"x" * 5000: "x" * 5000}


def test_pages_follow_one_another_and_filters_hold(entries: Audit, now: datetime) -> None:
    first = entries.page(limit=3)

    assert [entry.number for entry in entries.page(below=first[-1].number, limit=3)] == [4, 3, 2]
    assert [entry.number for entry in entries.page(Filters(who="person-1"))] == [6, 4, 2]
    assert [entry.number for entry in entries.page(Filters(what="deed-2"))] == [6, 3]
    assert [entry.number for entry in entries.page(Filters(about="request:3"))] == [4]
    within = Filters(since=now + timedelta(minutes=2), before=now + timedelta(minutes=4))
    assert [entry.number for entry in entries.page(within)] == [4, 3]
    assert entries.deeds() == ["deed-0", "deed-1", "deed-2"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit", "UPDATE audit SET number = 9 WHERE number = 7"],
)
def test_the_database_itself_refuses_to_change_the_log(url: str, entries: Audit, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="only added to"):
        run_sql(url, statement)
    assert entries.verify().whole


def test_a_server_refuses_to_empty_the_log_too(
    postgres_url: str, opened: Callable[[str], Store], now: datetime
) -> None:
    Audit(opened(postgres_url).database, [KEY]).add(Deed("person", "deed"), now)
    with pytest.raises(sa.exc.DBAPIError, match="only added to"):
        run_sql(postgres_url, "TRUNCATE audit")


@pytest.mark.parametrize(
    ("statements", "trouble"),
    [
        (["UPDATE audit SET who = 'nobody' WHERE number = 3"], "Entry 3 was changed"),
        (["UPDATE audit SET what = 'nothing' WHERE number = 1"], "Entry 1 was changed"),
        (["UPDATE audit SET about = '' WHERE number = 7"], "Entry 7 was changed"),
        (["UPDATE audit SET detail = '{}' WHERE number = 4"], "Entry 4 was changed"),
        (["UPDATE audit SET detail = 'no json' WHERE number = 4"], "Entry 4 was changed"),
        (["UPDATE audit SET at = (SELECT at FROM audit WHERE number = 1) WHERE number = 5"], "Entry 5 was changed"),
        (["DELETE FROM audit WHERE number = 1"], "Entry 1 is missing"),
        (["DELETE FROM audit WHERE number = 4"], "Entry 4 is missing"),
        (["DELETE FROM audit WHERE number > 5"], "ends at entry 5, and 2 after it are missing"),
        (["DELETE FROM audit"], "ends at entry 0, and 7 after it are missing"),
        (["DELETE FROM audit WHERE number > 5", "UPDATE audit_end SET number = 5"], "The end of the log was changed"),
        (["DELETE FROM audit_end"], "The end of the log is missing"),
        (
            [
                "UPDATE audit SET number = 100 WHERE number = 2",
                "UPDATE audit SET number = 2 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 100",
            ],
            "Entry 2 was changed",
        ),
        (
            ["INSERT INTO audit SELECT 8, at, who, what, about, detail, key_id, seal FROM audit WHERE number = 7"],
            "Entry 8 was changed",
        ),
        (["UPDATE audit SET key_id = 'other' WHERE number = 6"], "Entry 6 was sealed with a key that is not set"),
    ],
)
def test_tampering_is_named(url: str, entries: Audit, statements: list[str], trouble: str) -> None:
    tamper(url, *statements)

    found = entries.verify()
    assert not found.whole
    assert trouble in found.trouble


def test_without_the_key_no_entry_can_be_made_up(store: Store, entries: Audit, now: datetime) -> None:
    Audit(store.database, [OLDER]).add(Deed("person-1", "deed-1"), now)

    assert "Entry 8 was sealed with a key that is not set" in entries.verify().trouble


def test_entries_outlive_a_change_of_the_key(store: Store, entries: Audit, now: datetime) -> None:
    changed = Audit(store.database, [OLDER, KEY])
    changed.add(Deed("person-1", "deed-1"), now)

    assert changed.verify().whole
    assert changed.verify().entries == 8


def test_what_is_undone_leaves_no_entry(store: Store, entries: Audit, now: datetime) -> None:
    def fails(connection: sa.Connection) -> None:
        entries.note(connection, Deed("person-1", "never-happened"), now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.database.together.write(fails)
    assert (entries.verify().entries, entries.verify().whole) == (7, True)


def test_writers_in_threads_keep_the_chain(store: Store, log: Audit, now: datetime) -> None:
    def write(who: int) -> None:
        for number in range(20):
            log.add(Deed(f"person-{who}", "deed", f"request:{number}"), now)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (log.verify().entries, log.verify().whole) == (80, True)
    assert len(log.page(Filters(who="person-2"), limit=100)) == 20


def _write_alone(url: str, who: str, now: datetime) -> None:
    store = Store.open(url)
    log = Audit(store.database, [KEY])
    for number in range(25):
        while True:
            try:
                log.add(Deed(who, "deed", f"request:{number}"), now)
                break
            except StoreUnavailable:
                continue
    store.close()


def test_writers_in_processes_keep_the_chain(url: str, log: Audit, now: datetime) -> None:
    spawned = multiprocessing.get_context("spawn")
    writers = [spawned.Process(target=_write_alone, args=(url, f"person-{who}", now)) for who in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert (log.verify().entries, log.verify().whole) == (75, True)


def test_a_long_log_is_looked_at_in_pieces(
    store: Store, log: Audit, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.store.audit._BATCH", 3)
    for number in range(7):
        log.add(Deed("person", "deed", f"request:{number}"), now)

    assert (log.verify().entries, log.verify().whole) == (7, True)


def test_a_log_that_is_read_while_it_is_written_is_whole(store: Store, log: Audit, now: datetime) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            log.add(Deed("person", "deed"), now)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [log.verify() for _ in range(15)]
    finally:
        stop.set()
        writer.join()
    assert [one.trouble for one in found if not one.whole] == []


def slowed(monkeypatch: pytest.MonkeyPatch, entries: int, seconds: float) -> None:
    """So many entries take so long to look at, as many more do, in batches of ten."""
    wrong = Audit._wrong

    def slow(*given: Any) -> str:
        time.sleep(seconds / entries)
        return wrong(*given)

    monkeypatch.setattr("ivr.store.audit._BATCH", 10)
    monkeypatch.setattr(Audit, "_wrong", slow)


def test_a_log_that_takes_long_to_look_at_keeps_no_caller_waiting(
    store: Store, log: Audit, kept: Callable[..., str], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept()
    for number in range(40):
        log.add(Deed("person", "deed", f"request:{number}"), now)
    slowed(monkeypatch, 40, SLOW * 2)
    found = []
    looking = threading.Thread(target=lambda: found.append(log.verify()))
    looking.start()
    while looking.is_alive():
        assert store.number_of(CALL) == MOBILE
        time.sleep(0.05)
    looking.join()
    assert [(one.whole, one.entries) for one in found] == [(True, 40)]


def test_a_log_that_takes_longer_than_a_server_gives_one_reading_is_looked_at_and_pruned(
    postgres_url: str, opened: Callable[[str], Store], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.store.postgres.LONGEST", 1.0)
    log = Audit(opened(postgres_url).database, [KEY])
    for number in range(40):
        log.add(Deed("person", "deed", f"request:{number}"), at(now, number))
    slowed(monkeypatch, 40, 2.0)
    assert (log.verify().whole, log.verify().entries) == (True, 40)
    assert log.prune(at(now, 24.5), at(now, 60)) == 25
    assert (log.verify().whole, log.verify().first) == (True, 26)


Meanwhile = Callable[[Callable[[Audit], object]], None]


@pytest.fixture
def meanwhile(url: str, opened: Callable[[str], Store], entries: Audit, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Has another process do something once, when four entries were looked at in batches of two."""
    monkeypatch.setattr("ivr.store.audit._BATCH", 2)
    other, wrong = Audit(opened(url).database, [KEY]), Audit._wrong

    def plan(doing: Callable[[Audit], object]) -> None:
        def once(log: Audit, row: Any, number: int, before: str) -> str:
            if log is entries and number == 4:
                monkeypatch.setattr(Audit, "_wrong", wrong)
                doing(other)
            return wrong(log, row, number, before)

        monkeypatch.setattr(Audit, "_wrong", once)

    return plan


@pytest.mark.parametrize(("until", "first"), [(1.5, 1), (4.5, 6), (5.5, 7), (999, 8)])
def test_what_is_pruned_between_two_batches_is_not_missed(
    entries: Audit, now: datetime, meanwhile: Meanwhile, until: float, first: int
) -> None:
    meanwhile(lambda other: other.prune(at(now, until), at(now, 60)))
    found = entries.verify()
    assert (found.trouble, found.first, found.entries) == ("", first, 7)
    assert entries.page()[0].deed.what == "log-pruned"


def test_where_all_was_pruned_what_came_after_is_looked_at(
    url: str, entries: Audit, now: datetime, meanwhile: Meanwhile
) -> None:
    def more(other: Audit) -> None:
        other.add(Deed("person", "deed"), at(now, 60))
        other.prune(at(now, 999), at(now, 61))

    meanwhile(more)
    found = entries.verify()
    assert (found.trouble, found.first, found.entries) == ("", 9, 9)


def test_what_is_pruned_while_a_batch_is_read_is_not_missed(
    url: str, store: Store, entries: Audit, opened: Callable[[str], Store], now: datetime
) -> None:
    other, pruned = Audit(opened(url).database, [KEY]), list[int]()

    def asked(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not pruned and "FROM audit_start" in statement and "max(" not in statement:
            pruned.append(other.prune(at(now, 2.5), at(now, 60)))

    sa.event.listen(store.database._reader, "after_cursor_execute", asked)
    assert (entries.verify().trouble, pruned) == ("", [3])
    assert entries.verify().first == 4


def test_what_is_added_between_two_batches_is_not_looked_at(
    entries: Audit, now: datetime, meanwhile: Meanwhile
) -> None:
    meanwhile(lambda other: [other.add(Deed("person", "deed"), at(now, 60)) for _ in range(3)])
    found = entries.verify()
    assert (found.trouble, found.entries) == ("", 7)
    assert entries.verify().entries == 10


@pytest.mark.parametrize(
    ("statement", "trouble"),
    [
        ("DELETE FROM audit WHERE number = 5", "Entry 5 is missing"),
        ("DELETE FROM audit WHERE number > 4", "ends at entry 4, and 4 after it are missing"),
        ("UPDATE audit SET who = 'nobody' WHERE number = 6", "Entry 6 was changed"),
        ("UPDATE audit_start SET number = 5", "The beginning of the log was changed"),
    ],
)
def test_tampering_between_two_batches_is_named(
    url: str, entries: Audit, now: datetime, meanwhile: Meanwhile, statement: str, trouble: str
) -> None:
    entries.prune(at(now, 1.5), at(now, 60))
    meanwhile(lambda _: tamper(url, statement))
    assert trouble in entries.verify().trouble


@pytest.mark.parametrize("ends", ["DELETE FROM audit_end", "UPDATE audit_end SET number = 2"])
def test_a_log_of_which_only_the_beginning_is_left_is_not_whole(
    url: str, entries: Audit, now: datetime, ends: str
) -> None:
    entries.prune(at(now, 2.5), at(now, 60))
    tamper(url, "DELETE FROM audit", ends)
    assert "The end of the log" in entries.verify().trouble


def test_the_log_holds_the_keys_id_and_not_the_key(url: str, entries: Audit) -> None:
    rows = ask_sql(url, "SELECT * FROM audit") + ask_sql(url, "SELECT * FROM audit_end")

    assert KEY not in repr(rows)


def at(now: datetime, minutes: float) -> datetime:
    return now + timedelta(minutes=minutes)


def test_the_oldest_entries_go_and_the_rest_is_whole(entries: Audit, now: datetime) -> None:
    last = entries.page()[0].seal
    assert entries.prune(at(now, 2.5), at(now, 60)) == 3

    assert [entry.number for entry in entries.page()] == [8, 7, 6, 5, 4]
    assert entries.page()[0].deed == Deed("ivr", "log-pruned", detail={"through": "3"})
    found = entries.verify()
    assert (found.whole, found.first, found.entries) == (True, 4, 8)
    assert entries.page()[1].seal == last
    assert entries.prune(at(now, 2.5), at(now, 61)) == 0
    assert entries.page()[0].number == 8, "nothing to do leaves no entry"


def test_all_may_go_but_what_says_so(entries: Audit, now: datetime) -> None:
    assert entries.prune(at(now, 999), at(now, 60)) == 7
    assert [entry.deed.what for entry in entries.page()] == ["log-pruned"]
    entries.add(Deed("person", "deed"), at(now, 61))
    assert (entries.verify().whole, entries.verify().first, entries.verify().entries) == (True, 8, 9)


def test_they_go_in_batches_and_one_that_is_stopped_goes_on(
    entries: Audit, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.store.audit._BATCH", 2)
    prune = Audit._prune
    monkeypatch.setattr(Audit, "_prune", lambda *given: prune(*given) and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        entries.prune(at(now, 4.5), at(now, 60))
    assert entries.verify().whole
    monkeypatch.setattr(Audit, "_prune", lambda *given: prune(*given) and False)
    entries.prune(at(now, 4.5), at(now, 61))
    assert (entries.verify().whole, entries.verify().first) == (True, 3)
    monkeypatch.setattr(Audit, "_prune", prune)
    assert entries.prune(at(now, 4.5), at(now, 62)) == 3
    assert (entries.verify().whole, entries.verify().first) == (True, 6)


def test_a_log_that_was_changed_loses_nothing(url: str, entries: Audit, now: datetime) -> None:
    tamper(url, "UPDATE audit SET who = 'nobody' WHERE number = 1")
    with pytest.raises(LogChangedError, match="Entry 1 was changed"):
        entries.prune(at(now, 4.5), at(now, 60))
    assert len(entries.page()) == 7


@pytest.mark.parametrize(
    ("statement", "trouble"),
    [
        ("DELETE FROM audit_start", "Entry 1 is missing"),
        ("UPDATE audit_start SET number = 4", "The beginning of the log was changed"),
        ("UPDATE audit_start SET last = 'x'", "The beginning of the log was changed"),
        ("UPDATE audit_start SET key_id = 'other'", "The beginning was sealed with a key that is not set"),
        (
            "INSERT INTO audit SELECT 2, at, who, what, about, detail, key_id, seal FROM audit WHERE number = 7",
            "Entry 2 was put there later",
        ),
        ("DELETE FROM audit WHERE number = 4", "Entry 4 is missing"),
    ],
)
def test_tampering_with_the_beginning_is_named(
    url: str, entries: Audit, now: datetime, statement: str, trouble: str
) -> None:
    entries.prune(at(now, 2.5), at(now, 60))
    tamper(url, statement)
    assert trouble in entries.verify().trouble


def test_the_database_lets_no_entry_go_that_the_beginning_does_not_name(
    url: str, entries: Audit, now: datetime
) -> None:
    entries.prune(at(now, 2.5), at(now, 60))
    for number in (4, 8):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"):
            run_sql(url, f"DELETE FROM audit WHERE number = {number}")  # noqa: S608 - ours


def test_the_beginning_outlives_a_change_of_the_key(store: Store, entries: Audit, now: datetime) -> None:
    entries.prune(at(now, 2.5), at(now, 60))
    assert Audit(store.database, [OLDER, KEY]).verify().whole
    assert "The beginning was sealed with a key" in Audit(store.database, [OLDER]).verify().trouble
