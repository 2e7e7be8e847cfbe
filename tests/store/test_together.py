"""Writes that wait at the same time share one flush to disk, and nobody pays for another's mistake."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.store import Store, StoreUnavailable
from ivr.store.tables import Utc
from ivr.store.together import Together

T = Callable[[Connection], object]


class Line:
    """A real database with one table, whose transactions are counted and may be held up."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.transactions = 0
        self.may_begin, self.may_end = threading.Event(), threading.Event()
        self.may_begin.set()
        self.together = Together(self.begin)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        self.may_begin.wait(10)
        with self.engine.begin() as connection:
            yield connection
        self.transactions += 1

    def held(self, work: T) -> T:
        """The same write, which stays in its transaction until that may end."""
        self.may_end.clear()
        return lambda connection: (self.may_end.wait(10), work(connection))[1]

    def kept(self) -> list[str]:
        with self.engine.connect() as connection:
            return sorted(connection.execute(sa.text("SELECT word FROM words")).scalars())


@pytest.fixture
def line(sqlite_url: str) -> Iterator[Line]:
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE words (word TEXT PRIMARY KEY)"))
    yield Line(engine)
    engine.dispose()


def word(text: str) -> T:
    return lambda connection: connection.execute(sa.text("INSERT INTO words VALUES (:w)"), {"w": text}).rowcount


def broken(_: Connection) -> object:
    raise LookupError("my own mistake")


def unzoned(connection: Connection) -> object:
    time_of_day = sa.text("SELECT :at").bindparams(sa.bindparam("at", type_=Utc))
    return connection.execute(time_of_day, {"at": datetime(2026, 11, 24)})


def all_waiting(line: Line, works: list[T]) -> list[object]:
    """The outcomes of writes that all came while the first was in its transaction."""
    outcomes: list[object] = [None] * len(works)

    def one(number: int) -> None:
        try:
            outcomes[number] = line.together.write(works[number])
        except (LookupError, StoreUnavailable) as trouble:
            outcomes[number] = trouble

    first = threading.Thread(target=line.together.write, args=(line.held(word("first")),))
    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(works))]
    for thread in (first, *threads):
        thread.start()
        time.sleep(0.01)
    line.may_end.set()
    for thread in (first, *threads):
        thread.join()
    return outcomes


def test_writes_that_wait_share_one_transaction(line: Line) -> None:
    assert all_waiting(line, [word(text) for text in "abcdef"]) == [1] * 6
    assert line.kept() == ["a", "b", "c", "d", "e", "f", "first"]
    assert line.transactions == 2


def test_writes_that_come_while_a_transaction_waits_to_begin_join_it(line: Line) -> None:
    """Another process writes: whoever waits with the first writes with it, and does not wait for that process again."""
    line.may_begin.clear()
    threads = [threading.Thread(target=line.together.write, args=(word(text),)) for text in "abcd"]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    line.may_begin.set()
    for thread in threads:
        thread.join()
    assert line.kept() == ["a", "b", "c", "d"]
    assert line.transactions == 1


def test_a_transaction_that_cannot_begin_fails_for_its_own_write_only(line: Line) -> None:
    """At once, as when a file is locked for a moment: the next tries for itself."""
    begin, tries = line.together._begin, []

    @contextmanager
    def once_in_vain() -> Iterator[Connection]:
        tries.append(1)
        if len(tries) == 1:
            line.may_begin.wait(10)
            raise OSError("not now")
        with begin() as connection:
            yield connection

    line.together._begin = once_in_vain
    line.may_begin.clear()
    outcomes: list[object] = []

    def one(text: str) -> None:
        try:
            outcomes.append(line.together.write(word(text)))
        except StoreUnavailable:
            outcomes.append(text)

    threads = [threading.Thread(target=one, args=(text,)) for text in "ab"]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    line.may_begin.set()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [1, "a"]
    assert line.kept() == ["b"]


def test_a_write_that_fails_takes_no_other_with_it(line: Line) -> None:
    outcomes = all_waiting(line, [word("a"), broken, word("b"), word("first"), word("c")])
    assert [outcomes[0], outcomes[2], outcomes[4]] == [1, 1, 1]
    assert isinstance(outcomes[1], LookupError)
    assert isinstance(outcomes[3], StoreUnavailable), "a key that exists already"
    assert line.kept() == ["a", "b", "c", "first"]


def test_a_time_that_cannot_be_written_takes_no_other_with_it(line: Line) -> None:
    outcomes = all_waiting(line, [word("a"), unzoned, word("b")])
    assert [outcomes[0], outcomes[2]] == [1, 1]
    assert isinstance(outcomes[1], StoreUnavailable)


def test_a_write_alone_is_not_run_again(line: Line) -> None:
    runs = []
    with pytest.raises(LookupError):
        line.together.write(lambda connection: (runs.append(1), broken(connection)))
    assert runs == [1]


def test_a_write_that_never_gets_its_turn_is_told_and_not_done_later(line: Line) -> None:
    line.may_begin.clear()
    first = threading.Thread(target=line.together.write, args=(word("first"),))
    first.start()
    time.sleep(0.05)
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable):
        line.together.write(word("late"))
    assert 1.5 < time.monotonic() - begun < 4
    line.may_begin.set()
    first.join()
    assert line.together.write(word("next")) == 1
    assert line.kept() == ["first", "next"]


def test_those_that_wait_while_another_waits_in_vain_do_not_wait_again(
    sqlite_url: str, opened: Callable[[str], Store]
) -> None:
    """Two seconds are the most for each of them, whenever it came."""
    store, other = opened(sqlite_url), sa.create_engine(sqlite_url)
    waits: list[float] = []

    def one() -> None:
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.check()
        waits.append(time.monotonic() - begun)

    with other.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=one) for _ in range(5)]
        for thread in threads:
            thread.start()
            time.sleep(0.15)
        for thread in threads:
            thread.join()
    other.dispose()
    assert max(waits) < 2.4


def test_a_write_broken_off_is_no_success_for_those_who_waited(line: Line) -> None:
    """Whichever of the two carries both out is interrupted; the other must not take that for success."""
    outcomes: list[str] = []

    def interrupted(_: Connection) -> object:
        raise KeyboardInterrupt

    def one(work: T) -> None:
        try:
            line.together.write(work)
        except (KeyboardInterrupt, StoreUnavailable) as trouble:
            outcomes.append(type(trouble).__name__)

    works = (line.held(word("first")), word("lost"), interrupted)
    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    line.may_end.set()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["KeyboardInterrupt", "StoreUnavailable"]
    assert line.kept() == ["first"]
    assert line.together.write(word("next")) == 1


def test_every_commit_is_flushed_and_nothing_deleted_can_be_read(
    sqlite_url: str, opened: Callable[[str], Store]
) -> None:
    database = opened(sqlite_url)._database
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with database.writing() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in settings}
    assert found == settings
    with database.reading() as connection, pytest.raises(sa.exc.OperationalError, match="readonly"):
        connection.exec_driver_sql("DELETE FROM requests")


def test_the_server_flushes_every_commit_and_nothing_waits_long(
    postgres_url: str, opened: Callable[[str], Store]
) -> None:
    database = opened(postgres_url)._database
    settings = {
        "synchronous_commit": "on",
        "statement_timeout": "2s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "5s",
        "TimeZone": "UTC",
    }
    with database.writing() as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in settings}
    assert found == settings
    with database.reading() as connection, pytest.raises(sa.exc.InternalError, match="read-only"):
        connection.exec_driver_sql("DELETE FROM requests")


def test_all_writes_of_a_process_go_through_one_connection(sqlite_url: str, opened: Callable[[str], Store]) -> None:
    store = opened(sqlite_url)
    seen = {store._write(lambda connection: id(connection.connection.dbapi_connection)) for _ in range(5)}
    assert len(seen) == 1
    with store._database.writing(), pytest.raises(TimeoutError), store._database.writing():
        pass


def test_a_write_broken_off_before_its_transaction_keeps_no_other_out(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when there is no memory left for the next step."""

    def broken(_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(line.together, "_lead", broken)
        with pytest.raises(MemoryError):
            line.together.write(word("lost"))
    assert line.together.write(word("next")) == 1
