"""While the database is away, promises are kept on disk; they come into it once each, as the caller heard them."""

import json
import logging
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from ivr.store import Kept, Request, Spooled, Store, StoreUnavailable, aside, keeping, spool
from ivr.store.inflight import SLOW, InFlight
from ivr.store.promised import Promised
from ivr.store.references import easy, told_without_database
from ivr.store.spool import LONGEST_WAIT
from tests.store.conftest import CALL, DUE, LANDLINE, MOBILE, OTHER, SEALING, THIRD, facts, run_sql

TOP = Path(__file__).parents[2]
TOLD = told_without_database(CALL)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


@pytest.fixture
def away(folder: Path, opened: Callable[..., Store]) -> Store:
    """The store of a line whose database is away."""
    return opened(f"sqlite:///{folder.parent}/missing.db", folder)


@pytest.fixture
def back(url: str, folder: Path, away: Store, opened: Callable[..., Store]) -> Store:
    """The store of the same line, the database being there."""
    return opened(url, folder)


def a_call(store: Store, now: datetime, sid: str = CALL) -> str:
    """Every kind of promise, as one call makes them; the reference that the caller hears."""
    store.wish(facts(2, sid), now)
    store.draft(facts(3, sid), "+442079460018", now)
    store.draft(facts(5, sid), LANDLINE, now)
    kept = store.confirm(facts(6, sid, topic="mediation", needs="relay"), None, DUE, now)
    store.improve(facts(7, sid), "council", "north", now)
    store.improve(facts(8, sid), "council", "west", now)
    store.improve(facts(9, sid), "needs", "interpreter", now)
    store.message(facts(10, sid), "RE1", 4, now)
    store.finished(facts(12, sid), now)
    return kept.reference


def only(store: Store) -> Request:
    (request,) = store.queue()
    return request


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_promise_is_on_disk_for_our_own_account_only(away: Store, folder: Path, now: datetime) -> None:
    assert away.confirm(facts(5), MOBILE, DUE, now) == Kept(TOLD, merged=False)
    (path,) = files(folder)
    assert MOBILE.encode() not in path.read_bytes()
    assert MOBILE in SEALING.open(path.read_bytes(), f"spool {path.parent.name} {path.name}").decode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert {place.stat().st_mode & 0o777 for place in (folder, path.parent)} == {0o700}
    assert CALL not in str(path)
    assert "7700900123" not in str(path)
    assert away.spooled() == Spooled(1, 1)


def test_a_whole_call_comes_in_as_if_the_database_had_been_there(
    away: Store, back: Store, folder: Path, now: datetime
) -> None:
    told = a_call(away, now)
    assert back.queue() == []
    assert back.take_in(now + timedelta(hours=3)) == 9
    request = only(back)
    assert request.reference == told == TOLD
    assert (request.phone, request.council, request.needs) == (LANDLINE, "west", ("relay", "interpreter"))
    assert (request.status, request.due, request.created, request.finished) == ("new", DUE, now, now)
    assert [message.sid for message in request.messages] == ["RE1"]
    assert (files(folder), back.spooled()) == ([], Spooled())
    assert list(folder.iterdir()) == []
    assert a_call(back, now) == told, "a repeat after that hears the same"
    assert only(back) == request


def test_the_same_promise_again_is_the_same_promise(
    away: Store, folder: Path, now: datetime, opened: Callable[..., Store]
) -> None:
    other = opened("postgresql://line@127.0.0.1:1/line", folder)
    first = a_call(away, now)
    before = {path: path.read_bytes() for path in files(folder)}
    assert a_call(other, now + timedelta(minutes=1)) == first
    assert {path: path.read_bytes() for path in files(folder)} == before


def test_fifty_at_once_are_one_promise(away: Store, folder: Path, now: datetime) -> None:
    with ThreadPoolExecutor(50) as threads:
        told = list(threads.map(lambda _: away.confirm(facts(5), MOBILE, DUE, now), range(50)))
    assert set(told) == {Kept(TOLD, merged=False)}
    assert away.spooled() == Spooled(1, 1)


def test_a_crash_before_a_file_is_deleted_changes_nothing(
    away: Store, back: Store, folder: Path, now: datetime, tmp_path: Path
) -> None:
    a_call(away, now)
    shutil.copytree(folder, tmp_path / "copy")
    back.take_in(now)
    before = back.queue()
    shutil.copytree(tmp_path / "copy", folder, dirs_exist_ok=True)
    assert back.take_in(now) == 9
    assert back.queue() == before


def test_a_folder_taken_away_while_it_is_looked_at_is_made_again(
    away: Store, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, met = Path.mkdir, []

    def mkdir(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if self.parent == folder and not met:
            met.append(self)
            raise FileExistsError(self)
        real(self, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    assert away.confirm(facts(5), MOBILE, DUE, now) == Kept(TOLD, merged=False)
    assert met


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from ivr.store import Store
from tests.store.conftest import SEALING
for another in sys.stdin:
    if os.fork():
        os.wait()
        continue
    store = Store.open(sys.argv[1], Path(sys.argv[2]), SEALING)
    print(os.getpid(), flush=True)
    while True:
        store.take_in(datetime(2026, 11, 24, tzinfo=UTC))
"""
"""For each line that it reads, a process that brings in until it is killed: one start of Python serves them all."""


@pytest.mark.parametrize("kills", [6, pytest.param(30, marks=pytest.mark.prove)])
def test_a_process_killed_while_it_brings_promises_in_loses_and_doubles_none(
    url: str, away: Store, back: Store, folder: Path, now: datetime, kills: int
) -> None:
    told = {}
    pipe, command = subprocess.PIPE, [sys.executable, "-c", KILLED, url, folder]
    with subprocess.Popen(command, cwd=TOP, stdin=pipe, stdout=pipe) as taker:
        assert taker.stdin
        assert taker.stdout
        for number in range(kills):
            taker.stdin.write(b"another\n")
            taker.stdin.flush()
            process = int(taker.stdout.readline())
            try:
                for call in range(5):
                    sid = f"CA{number}-{call}"
                    told[sid] = a_call(away, now, sid)
                time.sleep(0.01 * (number % 12))
            finally:
                os.kill(process, signal.SIGKILL)
    while back.spooled().promises:
        back.take_in(now)
    requests = {sid: back.request_of(sid) for sid in told}
    assert {sid: request and request.reference for sid, request in requests.items()} == told
    assert len(back.queue(limit=1000)) == len(told) == 5 * kills
    assert {len(request.messages) for request in requests.values() if request} == {1}


def test_two_processes_never_bring_the_same_in_at_once(
    url: str, away: Store, back: Store, folder: Path, now: datetime, opened: Callable[..., Store]
) -> None:
    for call in range(10):
        a_call(away, now, f"CA{call}")
    others = [opened(url, folder) for _ in range(3)]
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda store: store.take_in(now), [back, *others]))
    while back.spooled().promises:
        taken.append(back.take_in(now))
    assert sum(taken) == 90
    assert len(back.queue()) == 10


def test_the_same_request_hears_the_same_though_the_database_takes_nothing_the_second_time(
    sqlite_url: str, folder: Path, opened: Callable[..., Store], now: datetime
) -> None:
    store = opened(sqlite_url, folder)
    store.confirm(facts(3, OTHER), MOBILE, DUE, now)
    first = store.confirm(facts(5), MOBILE, DUE, now)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        assert store.confirm(facts(5), MOBILE, DUE, now) == first == Kept(first.reference, merged=True)
        told = store.confirm(facts(6), LANDLINE, DUE, now)
        assert store.confirm(facts(6), LANDLINE, DUE, now) == told == Kept(TOLD, merged=False)
        busy.execute("COMMIT")
    assert store.spooled() == Spooled(1, 1), "what is new is kept on disk, what is old is not kept twice"


class TestReference:
    def test_it_is_longer_than_any_that_a_database_gives_and_easy_to_say(self) -> None:
        told = {told_without_database(f"CA{number}") for number in range(2000)}
        assert {len(reference) for reference in told} == {7}
        assert all(easy(reference) for reference in told)
        assert len(told) > 1990

    def test_of_a_request_that_was_wished_for_before(self, away: Store, back: Store, now: datetime) -> None:
        back.wish(facts(2), now)
        told = away.confirm(facts(5), MOBILE, DUE, now).reference
        back.take_in(now)
        assert (only(back).reference, only(back).status) == (told, "new")

    def test_of_a_request_that_the_call_has_heard_of(self, away: Store, back: Store, now: datetime) -> None:
        heard = back.confirm(facts(5), MOBILE, DUE, now).reference
        away.draft(facts(8), LANDLINE, now)
        assert away.confirm(facts(9), None, DUE, now, heard) == Kept(heard, merged=False)
        back.take_in(now)
        assert (only(back).reference, only(back).phone) == (heard, LANDLINE)

    def test_of_a_request_of_an_earlier_call_that_this_one_was_added_to(
        self, away: Store, back: Store, now: datetime
    ) -> None:
        first = back.confirm(facts(5, OTHER), MOBILE, DUE, now).reference
        assert back.confirm(facts(5), MOBILE, DUE, now).merged
        away.confirm(facts(9), MOBILE, DUE, now, first)
        back.take_in(now)
        assert only(back).reference == first

    def test_is_never_another_one_because_the_number_asked_before(
        self, away: Store, back: Store, now: datetime
    ) -> None:
        first = back.confirm(facts(5, OTHER), MOBILE, DUE, now - timedelta(minutes=9)).reference
        told = away.confirm(facts(5), MOBILE, DUE, now).reference
        back.wish(facts(2, THIRD), now)
        back.take_in(now)
        assert {request.reference for request in back.queue(["new"])} == {first, told}
        assert back.confirm(facts(5, THIRD), MOBILE, DUE, now) == Kept(first, merged=True)

    def test_when_the_database_had_it_and_said_so_too_late(self, away: Store, back: Store, now: datetime) -> None:
        unheard = back.confirm(facts(5), MOBILE, DUE, now).reference
        told = away.confirm(facts(5), MOBILE, DUE, now).reference
        assert back.confirm(facts(5), MOBILE, DUE, now).reference == told, "not the one that nobody heard"
        away.finished(facts(9), now)
        back.take_in(now)
        assert only(back).reference == told != unheard
        assert back.confirm(facts(5), MOBILE, DUE, now).reference == told

    def test_when_an_old_request_came_again_both_lead_to_the_request(
        self, away: Store, back: Store, now: datetime
    ) -> None:
        heard = back.confirm(facts(5), MOBILE, DUE, now).reference
        back.finished(facts(9), now)
        again = away.confirm(facts(5), MOBILE, DUE, now).reference
        back.take_in(now)
        assert only(back).reference == heard
        assert back.by_reference(heard) == back.by_reference(again) == only(back)
        assert back.by_reference("1234567") is None

    def test_that_another_request_has_keeps_the_promise_all_the_same(
        self, url: str, away: Store, back: Store, now: datetime
    ) -> None:
        back.confirm(facts(5, OTHER), LANDLINE, DUE, now)
        run_sql(url, f"UPDATE requests SET reference = '{TOLD}'")  # noqa: S608 - our own digits
        away.confirm(facts(5), MOBILE, DUE, now)
        back.take_in(now)
        assert {request.phone for request in back.queue(["new"])} == {MOBILE, LANDLINE}
        assert back.confirm(facts(5), MOBILE, DUE, now).reference == TOLD


def test_what_a_call_gave_can_be_read_back_meanwhile(away: Store, back: Store, now: datetime) -> None:
    away.wish(facts(2), now)
    assert away.number_of(CALL) == MOBILE
    away.draft(facts(3), LANDLINE, now)
    away.message(facts(4), "RE7", 3, now)
    assert (away.number_of(CALL), away.recording_of(CALL)) == (LANDLINE, "RE7")
    assert back.number_of(CALL) == LANDLINE, "not taken in yet"
    back.take_in(now)
    assert (back.number_of(CALL), back.recording_of(CALL)) == (LANDLINE, "RE7")
    for nothing in (away.number_of, away.recording_of):
        with pytest.raises(StoreUnavailable):
            nothing(OTHER)


def test_a_withheld_number_is_none(away: Store, now: datetime) -> None:
    away.wish(facts(2, caller="anonymous"), now)
    with pytest.raises(StoreUnavailable):
        away.number_of(CALL)


def test_what_comes_later_waits_for_what_came_before(away: Store, back: Store, now: datetime) -> None:
    """The database is back, but the first promise is not in it yet: the second would be refused."""
    away.confirm(facts(5), MOBILE, DUE, now)
    back.improve(facts(6), "council", "north", now)
    assert back.spooled() == Spooled(1, 2)
    back.take_in(now)
    back.improve(facts(7), "best_time", "morning", now)
    assert (only(back).council, only(back).best_time, back.spooled()) == ("north", "morning", Spooled())


def test_promises_of_one_call_on_two_hosts_find_each_other(
    url: str, away: Store, back: Store, now: datetime, opened: Callable[..., Store], tmp_path: Path
) -> None:
    elsewhere = opened("postgresql://line@127.0.0.1:1/line", tmp_path / "elsewhere")
    away.confirm(facts(5), MOBILE, DUE, now)
    elsewhere.improve(facts(6), "council", "north", now)
    there = opened(url, tmp_path / "elsewhere")
    assert (there.take_in(now), there.spooled()) == (0, Spooled(1, 1)), "it waits for the request"
    back.take_in(now)
    assert there.take_in(now) == 1
    assert only(back).council == "north"


def test_what_the_database_never_takes_is_put_aside_after_a_day(
    away: Store, back: Store, folder: Path, now: datetime
) -> None:
    away.finished(facts(5, OTHER), now)
    away.confirm(facts(5), MOBILE, DUE, now)
    assert back.take_in(now + LONGEST_WAIT) == 1
    assert back.spooled() == Spooled(1, 1)
    assert back.take_in(now + LONGEST_WAIT + timedelta(seconds=1)) == 0
    assert back.spooled() == Spooled(aside=1)
    assert back.bring_back() == 1
    assert (back.take_in(now), back.spooled()) == (0, Spooled(1, 1)), "tried again, with a day of its own"
    away.confirm(facts(3, OTHER), LANDLINE, DUE, now)
    assert (back.take_in(now), back.spooled()) == (2, Spooled())


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"[]", b'{"version": 1}', b'{"version": 2, "what": "wish"}'])
def test_a_damaged_file_is_put_aside_and_stops_no_other(
    away: Store, back: Store, folder: Path, now: datetime, damage: bytes
) -> None:
    away.wish(facts(2, OTHER), now)
    files(folder)[0].write_bytes(damage)
    assert away.spooled() == Spooled(1, 1)
    away.confirm(facts(5), MOBILE, DUE, now)
    assert back.take_in(now) == 1
    assert back.spooled() == Spooled(aside=1)


def test_a_promise_at_fault_stops_no_other(url: str, away: Store, back: Store, now: datetime) -> None:
    run_sql(url, f"INSERT INTO messages VALUES ('{OTHER}', 6, 'RE1', 1, '2026-11-24')")  # noqa: S608 - our own ids
    away.message(facts(6, OTHER), "RE1", 4, now)
    away.confirm(facts(5), MOBILE, DUE, now)
    assert (back.take_in(now), back.spooled()) == (1, Spooled(1, 1))
    run_sql(url, "DELETE FROM messages")
    assert (back.take_in(now), back.spooled()) == (1, Spooled())


def test_while_the_database_is_away_nothing_is_taken_in(away: Store, folder: Path, now: datetime) -> None:
    away.wish(facts(2), now)
    with pytest.raises(StoreUnavailable):
        away.take_in(now)
    assert away.spooled() == Spooled(1, 1)


def test_drafts_that_a_crash_left_behind_are_swept_up(away: Store, back: Store, folder: Path, now: datetime) -> None:
    away.wish(facts(2), now)
    fresh, old = folder / ".fresh", folder / ".old"
    for path, age in ((fresh, 60), (old, 3600)):
        path.write_text(MOBILE)
        os.utime(path, times=(now.timestamp() - age,) * 2)
    back.take_in(now)
    assert (fresh.exists(), old.exists()) == (True, False)


def test_a_folder_that_vanished_is_not_made_again(away: Store, folder: Path, now: datetime) -> None:
    folder.rmdir()
    with pytest.raises(StoreUnavailable):
        away.confirm(facts(5), MOBILE, DUE, now)
    assert not folder.exists()
    assert away.spooled() == Spooled()


def test_without_a_spool_nothing_is_kept_on_disk(tmp_path: Path, now: datetime, opened: Callable[..., Store]) -> None:
    store = opened(f"sqlite:///{tmp_path}/missing.db")
    with pytest.raises(StoreUnavailable):
        store.confirm(facts(5), MOBILE, DUE, now)
    assert (store.spooled(), store.take_in(now)) == (Spooled(), 0)


def test_a_disk_that_takes_nothing_more_is_told_and_mended_by_room(away: Store, back: Store, now: datetime) -> None:
    """A real limit of the system; what was begun leaves nothing behind."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
        with pytest.raises(StoreUnavailable):
            away.confirm(facts(5), MOBILE, DUE, now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert back.take_in(now) == 0
    assert back.queue() == []
    away.confirm(facts(5), MOBILE, DUE, now)
    assert back.take_in(now) == 1


def test_a_promise_comes_out_of_its_text_as_it_went_in(now: datetime) -> None:
    call = facts(3, caller="\ud800 client:ann", council="north")
    promise = Promised(what="confirm", call=call, at=now, number=None, due=DUE, told="1234567")
    assert Promised.from_text(promise.to_text()) == promise
    assert json.loads(promise.to_text())["version"] == 1


@pytest.mark.parametrize(
    ("spooled", "told"),
    [
        (Spooled(), ""),
        (Spooled(1, 4), "1 call gave answers that are kept on disk until the database takes them.\n"),
        (Spooled(2, 4, 0), "2 calls gave answers that are kept on disk until the database takes them.\n"),
        (
            Spooled(0, 0, 3),
            "3 answers on disk cannot be taken in: the log says why. They are tried again when the line starts.\n",
        ),
    ],
)
def test_staff_read_what_is_on_disk(spooled: Spooled, told: str) -> None:
    assert str(spooled) == told


def test_while_one_hangs_the_others_are_told_at_once() -> None:
    busy, free = InFlight(), threading.Event()

    def hang() -> None:
        with busy.entered():
            free.wait(10)

    hanging = threading.Thread(target=hang)
    hanging.start()
    time.sleep(0.05)
    with busy.entered():
        pass
    time.sleep(SLOW)
    with pytest.raises(StoreUnavailable), busy.entered():
        pass
    free.set()
    hanging.join()
    with busy.entered():
        pass


def test_a_database_that_keeps_one_waiting_keeps_no_other(
    sqlite_url: str, opened: Callable[[str], Store], now: datetime
) -> None:
    """One write hangs, as on a disk that has stopped: the next is told at once."""
    store, free = opened(sqlite_url), threading.Event()
    hanging = threading.Thread(target=store._write, args=(lambda _: free.wait(10),))
    hanging.start()
    time.sleep(SLOW + 0.1)
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable):
        store.wish(facts(2), now)
    assert time.monotonic() - begun < 0.5
    free.set()
    hanging.join()
    store.wish(facts(2), now)


def test_a_call_that_begins_anew_and_confirms_another_number_is_rung_there(
    away: Store, back: Store, now: datetime
) -> None:
    away.draft(facts(4), LANDLINE, now)
    first = away.confirm(facts(5), None, DUE, now)
    away.draft(facts(4), "+442079460018", now)
    assert away.confirm(facts(5), None, DUE, now) == away.confirm(facts(5), None, DUE, now) == first
    back.take_in(now)
    assert (only(back).phone, only(back).reference, back.spooled()) == ("+442079460018", first.reference, Spooled())


def test_the_same_while_the_database_can_only_be_read(
    sqlite_url: str, folder: Path, opened: Callable[..., Store], now: datetime
) -> None:
    store = opened(sqlite_url, folder)
    store.draft(facts(4), LANDLINE, now)
    store.confirm(facts(5), None, DUE, now)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        store.draft(facts(4), "+442079460018", now)
        store.confirm(facts(5), None, DUE, now)
        busy.execute("COMMIT")
    store.take_in(now)
    assert only(store).phone == "+442079460018"


def unreadable(path: Path) -> None:
    """What no account can read as a file, not even root."""
    path.unlink()
    path.mkdir()


def test_a_file_that_cannot_be_read_keeps_back_its_own_call_alone(
    away: Store, back: Store, folder: Path, now: datetime
) -> None:
    away.draft(facts(2, OTHER), LANDLINE, now)
    unreadable(files(folder)[0])
    away.confirm(facts(3, OTHER), "+442079460018", DUE, now)
    away.confirm(facts(5), MOBILE, DUE, now)
    assert (back.take_in(now), back.spooled()) == (1, Spooled(1, 2))
    assert only(back).phone == MOBILE
    assert back.number_of(OTHER) == "+442079460018", "what can be read is read"


def test_a_promise_that_nobody_thought_of_stops_no_other(
    away: Store, back: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    away.wish(facts(2, OTHER), now)
    away.confirm(facts(5), MOBILE, DUE, now)
    real = keeping.keep

    def odd(connection: Connection, promised: Promised) -> Kept:
        if promised.call.call_sid == OTHER:
            raise TypeError
        return real(connection, promised)

    monkeypatch.setattr(keeping, "keep", odd)
    assert (back.take_in(now), back.spooled()) == (1, Spooled(1, 1))


def test_what_took_the_place_of_a_damaged_file_is_not_put_aside_with_it(
    away: Store, back: Store, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes meet the damaged file; the caller's next try is written between what the slower of them does."""
    away.confirm(facts(5), MOBILE, DUE, now)
    files(folder)[0].write_bytes(b"cut sh")
    real, told = spool.put_aside, []

    def slow(*given: Any) -> None:
        monkeypatch.setattr(spool, "put_aside", real)
        told.append(away.confirm(facts(5), MOBILE, DUE, now))  # which puts the damaged one aside, and is kept
        real(*given)

    monkeypatch.setattr(spool, "put_aside", slow)
    assert (back.take_in(now), back.spooled()) == (0, Spooled(1, 1, 1))
    assert (back.take_in(now), only(back).reference) == (1, told[0].reference)


def test_what_comes_in_the_place_of_a_damaged_file_just_after_stays_there(
    away: Store, back: Store, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    away.confirm(facts(5), MOBILE, DUE, now)
    files(folder)[0].write_bytes(b"cut sh")
    real, told = aside._log.error, []

    def quick(*given: Any) -> None:
        monkeypatch.setattr(aside._log, "error", real)
        told.append(away.confirm(facts(5), MOBILE, DUE, now))  # the moment after it was moved
        real(*given)

    monkeypatch.setattr(aside._log, "error", quick)
    assert (back.take_in(now), back.spooled()) == (0, Spooled(1, 1, 1))
    assert (back.take_in(now), only(back).reference) == (1, told[0].reference)


def test_a_disk_that_gives_no_file_two_names_takes_no_promise(
    away: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As some file systems for many machines do; promises are kept that way."""

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    away.check_spool()
    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(StoreUnavailable):
        away.check_spool()
    assert list(folder.iterdir()) == []
